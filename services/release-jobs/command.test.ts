import { expect, it } from "vitest";
import { parseCommand } from "./command.ts";

it("reads a registration, with URLs as Restate writes them", () => {
  const args = ["register", "--admin", "http://restate:9070/", "--deployment", "http://a:9080"];
  expect(parseCommand([...args, "--deployment", "http://b:9080/v2"])).toEqual({
    command: "register",
    admin: "http://restate:9070",
    deployment: ["http://a:9080/", "http://b:9080/v2"],
    "timeout-seconds": 120,
  });
});

it("reads whose the deployments are", () => {
  const args = ["register", "--admin", "http://restate:9070", "--deployment", "http://a:9080"];
  expect(parseCommand([...args, "--owner", "claims/holdfast"])).toMatchObject({ owner: "claims/holdfast" });
});

it.each(["check-drained", "remove-drained"])("reads %s, which may keep nothing", (command) => {
  const args = [command, "--admin", "http://restate:9070", "--prefix", "http://release-"];
  expect(parseCommand([...args, "--timeout-seconds", "5"])).toEqual({
    command,
    admin: "http://restate:9070",
    keep: [],
    prefix: ["http://release-"],
    "timeout-seconds": 5,
  });
});

it("reads what is to be resumed", () => {
  const args = ["resume-paused", "--admin", "http://restate:9070", "--prefix", "http://release-"];
  expect(parseCommand(args)).toMatchObject({ command: "resume-paused", prefix: ["http://release-"] });
});

it.each([
  [[], "the first argument must be a command"],
  [["deploy", "--admin", "http://a"], "the first argument must be a command"],
  [["register", "now", "--admin", "http://a"], "unexpected argument now"],
  [["register", "--deployment", "http://a"], "--admin is required"],
  [["register", "--admin", "http://a"], "--deployment is required"],
  [["register", "--admin", "a", "--deployment", "http://a"], "--admin: a is no http or https URL"],
  [
    ["register", "--admin", "http://a", "--deployment", "http://a", "--deployment", "b"],
    "--deployment (1): b is no",
  ],
  [["check-drained", "--admin", "http://a"], "--prefix is required"],
  [["remove-drained", "--admin", "http://a", "--prefix", ""], "--prefix (0): must begin with http"],
  [["register", "--admin", "http://a", "--force"], "'--force'"],
  [
    ["check-drained", "--admin", "http://a", "--prefix", "http://a", "--timeout-seconds", "soon"],
    "must be a number",
  ],
])("refuses %j, and says why", (args, reason) => {
  expect(() => parseCommand(args)).toThrow(reason);
});
