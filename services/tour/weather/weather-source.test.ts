import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { weatherSource } from "./weather-source.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const signal = new AbortController().signal;

/** A server that answers all with this; tells what it was asked. */
async function weatherServer(status: number, body: string) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, source: weatherSource({ apiUrl: `http://127.0.0.1:${port}/`, failCities: ["denver"] }) };
}

const RAIN = {
  current_condition: [{ temp_C: "11", weatherDesc: [{ value: "Light rain" }], humidity: "90" }],
};

it("reads what wttr.in answers", async () => {
  const { asked, source } = await weatherServer(200, JSON.stringify(RAIN));
  expect(await source("São Paulo", signal)).toEqual({
    city: "São Paulo",
    temperature: "11 °C",
    description: "Light rain",
  });
  expect(asked).toEqual(["/S%C3%A3o%20Paulo?format=j1"]);
});

it("is down for the cities of the setting, whatever their case, without asking", async () => {
  const { asked, source } = await weatherServer(200, JSON.stringify(RAIN));
  await expect(source(" Denver ", signal)).rejects.toThrow("The weather API is down");
  expect(asked).toEqual([]);
});

it.each([
  [503, "{}", "The weather API answered 503."],
  [200, "<html>", "The weather API answered without the weather."],
  [200, '{"current_condition": []}', "The weather API answered without the weather."],
])("fails on %i with %s", async (status, body, problem) => {
  await expect((await weatherServer(status, body)).source("Oslo", signal)).rejects.toThrow(problem);
});

it("makes up the same weather for a city each time, without a server", async () => {
  const madeUp = weatherSource({ apiUrl: undefined, failCities: [] });
  const first = await madeUp("Oslo", signal);
  expect(first.temperature).toMatch(/^\d+ °C$/);
  expect(await madeUp("Oslo", signal)).toEqual(first);
});
