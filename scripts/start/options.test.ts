import { describe, expect, it } from "vitest";
import { chooseModel } from "./models.ts";
import { parseOptions } from "./options.ts";

describe("options", () => {
  it("come from arguments and the environment", () => {
    expect(parseOptions([], {})).toMatchObject({ once: false, help: false, telemetry: false, portOffset: 0 });
    const env = { HOLDFAST_PORT_OFFSET: "1000", HOLDFAST_DIR: "/tmp/x" };
    expect(parseOptions(["--once", "--telemetry"], env)).toEqual({
      once: true,
      help: false,
      telemetry: true,
      portOffset: 1000,
      stateDir: "/tmp/x",
    });
  });

  it.each([
    [["--onec"], {}, "Unknown option '--onec'. `npm start -- --help`"],
    [["again"], {}, "Unexpected argument 'again'"],
    [[], { HOLDFAST_PORT_OFFSET: "many" }, "HOLDFAST_PORT_OFFSET must be a whole number from 0 to"],
    [[], { HOLDFAST_PORT_OFFSET: "60000" }, "HOLDFAST_PORT_OFFSET must be a whole number from 0 to"],
  ])("that are wrong are named: %j %j", (args, env, message) => {
    expect(() => parseOptions(args, env)).toThrow(message);
  });
});

describe("the model", () => {
  it("is the simulator when there is neither a key nor a base URL", () => {
    const model = chooseModel({ OPENAI_API_KEY: "", OPENAI_MODEL: "some-model" });
    expect(model.simulated).toBe(true);
    expect(model.settings(8090)).toEqual({
      OPENAI_API_KEY: "simulator",
      OPENAI_BASE_URL: "http://127.0.0.1:8090/v1",
    });
  });

  it("is the user's when either is there; its description has no secret", () => {
    const model = chooseModel({
      OPENAI_API_KEY: "sk-secret",
      OPENAI_BASE_URL: "https://user:password@models.example/v1",
      OPENAI_MODEL: "some-model",
    });
    expect(model.description).toBe("Model: some-model at models.example.");
    expect(chooseModel({ OPENAI_API_KEY: "sk-secret" }).description).toBe("Model: at api.openai.com.");
    expect(chooseModel({ OPENAI_BASE_URL: "http://localhost:11434/v1" }).settings(undefined)).toEqual({
      OPENAI_API_KEY: "none",
      OPENAI_BASE_URL: "http://localhost:11434/v1",
    });
  });

  it("is refused when its address is none", () => {
    expect(() => chooseModel({ OPENAI_BASE_URL: "models.example" })).toThrow("OPENAI_BASE_URL is not a URL");
  });
});
