import type { MCPServer } from "@openai/agents-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { McpConnection } from "./mcp-connection.step.ts";

const IDLE_MS = 1_000;
const log: string[] = [];
const waiting = new AbortController().signal;

/** Servers that note what happens to them. */
function connectionTo(connect: (n: number) => Promise<void> = async () => {}): McpConnection {
  let made = 0;
  const make = (): MCPServer => {
    const n = ++made;
    return {
      name: `server ${n}`,
      cacheToolsList: false,
      connect: () => {
        log.push(`connect ${n}`);
        return connect(n);
      },
      close: async () => void log.push(`close ${n}`),
      listTools: async () => [],
      callTool: async () => [],
      invalidateToolsCache: async () => {},
    };
  };
  return new McpConnection("plans", make, IDLE_MS);
}

/** Work that succeeds on the servers whose names are not among the failures. */
function work(failures: Record<string, Error> = {}) {
  return async ({ name }: MCPServer) => {
    log.push(`call on ${name}`);
    if (failures[name]) throw failures[name];
    return name;
  };
}

const notConnected = new Error("Not connected");
const timeOut = Object.assign(new Error("Request timed out"), { code: "REQUEST_TIMEOUT" });
const answered = Object.assign(new Error("no such tool"), { name: "ProtocolError", code: -32602 });

// On a busy machine a test takes as long as a connection may be idle: no timer runs by itself, and none outlives its test.
beforeEach(() => {
  log.length = 0;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe("McpConnection", () => {
  it("opens one connection for all calls, when the first comes", async () => {
    const connection = connectionTo();
    expect(log).toEqual([]);
    const calls = [1, 2, 3].map(() => connection.use(work(), waiting));
    expect(await Promise.all(calls)).toEqual(["server 1", "server 1", "server 1"]);
    await connection.use(work(), waiting);
    expect(log.filter((line) => line.startsWith("connect"))).toEqual(["connect 1"]);
  });

  it("works at once on a new connection when the old one was broken before", async () => {
    const connection = connectionTo();
    await connection.use(work(), waiting);
    expect(await connection.use(work({ "server 1": notConnected }), waiting)).toBe("server 2");
    await vi.waitFor(() => expect(log).toContain("close 1"));
  });

  it("does not work twice when the server may have seen the request", async () => {
    const connection = connectionTo();
    await connection.use(work(), waiting);
    await expect(connection.use(work({ "server 1": timeOut }), waiting)).rejects.toBe(timeOut);
    expect(await connection.use(work(), waiting)).toBe("server 2");
  });

  it("tries no third time", async () => {
    const connection = connectionTo();
    await connection.use(work(), waiting);
    const broken = work({ "server 1": notConnected, "server 2": notConnected });
    await expect(connection.use(broken, waiting)).rejects.toBe(notConnected);
  });

  it("keeps the connection when the server answers with an error", async () => {
    const connection = connectionTo();
    await expect(connection.use(work({ "server 1": answered }), waiting)).rejects.toBe(answered);
    expect(await connection.use(work(), waiting)).toBe("server 1");
  });

  it("keeps the connection when the call was given up", async () => {
    const connection = connectionTo();
    const given = work({ "server 1": timeOut });
    await expect(connection.use(given, AbortSignal.abort())).rejects.toBe(timeOut);
    expect(await connection.use(work(), waiting)).toBe("server 1");
  });

  it("lets calls under way end on a connection that others gave up", async () => {
    const connection = connectionTo();
    const answer = Promise.withResolvers<string>();
    const slow = connection.use(() => answer.promise, waiting);
    await expect(connection.use(work({ "server 1": timeOut }), waiting)).rejects.toBe(timeOut);
    expect(await connection.use(work(), waiting)).toBe("server 2");
    expect(log).not.toContain("close 1");
    answer.resolve("late");
    expect(await slow).toBe("late");
    expect(log).toContain("close 1");
  });

  it("opens another connection after one that failed", async () => {
    const connection = connectionTo(async (n) => {
      if (n === 1) throw new Error("down");
    });
    const calls = [1, 2].map(() => connection.use(work(), waiting));
    for (const call of calls) await expect(call).rejects.toMatchObject({ name: "McpConnectError" });
    expect(await connection.use(work(), waiting)).toBe("server 2");
    expect(log.filter((line) => line === "close 1")).toEqual(["close 1"]);
  });

  it("closes after the calls under way, and opens again", async () => {
    const connection = connectionTo();
    await connection.close();
    const answer = Promise.withResolvers<string>();
    const slow = connection.use(() => answer.promise, waiting);
    const closed = connection.close().then(() => log.push("closed"));
    expect(await connection.use(work(), waiting)).toBe("server 2");
    expect(log).not.toContain("close 1");
    answer.resolve("late");
    await slow;
    await closed;
    expect(log.slice(-2)).toEqual(["close 1", "closed"]);
  });
});

describe("McpConnection that is not used", () => {
  it("is closed after a while, not before", async () => {
    const connection = connectionTo();
    await connection.use(work(), waiting);
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
    await connection.use(work(), waiting);
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
    expect(log).not.toContain("close 1");
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toContain("close 1");
  });

  it("is not closed under a call that takes longer", async () => {
    const connection = connectionTo();
    await connection.use(work(), waiting);
    const slow = connection.use(() => new Promise((done) => setTimeout(done, IDLE_MS * 3)), waiting);
    await vi.advanceTimersByTimeAsync(IDLE_MS * 2);
    expect(log).not.toContain("close 1");
    await vi.advanceTimersByTimeAsync(IDLE_MS * 2);
    await slow;
  });
});
