import { createServer } from "node:net";
import { freePort } from "@holdfast/testing";
import { expect, it, onTestFinished } from "vitest";
import { choosePorts, describePortsInUse, listPorts, portsInUse, portsRefusedByFetch } from "./ports.ts";

async function listen(port: number, host: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  onTestFinished(() => {
    server.close();
  });
}

it("are those of the documentation, and move together", () => {
  expect(choosePorts(0, true)).toMatchObject({
    restate: { ingress: 8080, admin: 9070 },
    gateway: 3000,
    simulator: 8090,
  });
  const moved = choosePorts(1000, false);
  expect(moved).toMatchObject({ restate: { ingress: 9080, admin: 10_070 }, gateway: 4000 });
  expect(moved.agents.get("coordinator")).toEqual({ port: 10_080, healthPort: 10_180 });
  expect(moved.simulator).toBeUndefined();
});

it("are all different, at any offset", () => {
  const ports = listPorts(choosePorts(0, true, true)).map(({ port }) => port);
  expect(new Set(ports).size).toBe(ports.length);
});

it("are refused where fetch would not ask them, but for those that Restate alone asks", async () => {
  const offsets = Array.from({ length: 8_000 }, (_, offset) => offset);
  for (const offset of offsets.filter(
    (offset) => portsRefusedByFetch(choosePorts(offset, true)).length > 0,
  )) {
    const [refused] = portsRefusedByFetch(choosePorts(offset, true));
    const asked = fetch(`http://127.0.0.1:${refused?.port}/`);
    await expect(asked).rejects.toMatchObject({ cause: { message: "bad port" } });
  }
  expect(portsRefusedByFetch(choosePorts(2_000, true))).toEqual([
    { port: 10_080, role: "Restate's ingress" },
  ]);
  // A coordinator at 10080 is fine.
  expect(portsRefusedByFetch(choosePorts(1_000, true, true))).toEqual([]);
});

it("are in use when something listens at either address of localhost", async () => {
  const [free, v4, v6] = [await freePort(), await freePort(), await freePort()];
  await listen(v4, "127.0.0.1");
  await listen(v6, "::1");
  const used = await portsInUse([free, v4, v6].map((port) => ({ port, role: "any" })));
  expect(used.map(({ port }) => port)).toEqual([v4, v6]);
});

it("are named in one line with what they are for and a remedy", () => {
  const all = listPorts(choosePorts(0, true));
  const one = describePortsInUse([{ port: 3000, role: "gateway" }], all);
  expect(one).toMatch(/^Port 3000 \(gateway\) is in use: .*`lsof -i :3000`.*HOLDFAST_PORT_OFFSET=1000/);
  const two = describePortsInUse(all.slice(0, 2), all);
  expect(two).toMatch(/^Ports 8080 \(Restate's ingress\), 9070 \(Restate's UI and admin API\) are in use: /);
  expect(describePortsInUse(all, all)).toMatch(/^All ports are in use \(8080, .*by another `npm start`/);
  for (const line of [one, two]) expect(line).not.toContain("\n");
});
