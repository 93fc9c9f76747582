import { expect, it } from "vitest";
import { agents } from "../../services/catalogue.ts";
import { nameOf, namesOf } from "./name.ts";

it.each([
  [[]],
  [["Pre-Authorization"]],
  [["pre_authorization"]],
  [["pre--authorization"]],
  [["../fraud"]],
  [["two", "names"]],
  [["a".repeat(31)]],
])("refuses %j in one line", (args) => {
  expect(() => nameOf(args)).toThrow(/^Give one name of lower-case words joined by dashes, .*$/);
});

it.each([...agents.map(({ name }) => name), "gateway", "collector", "decision"])(
  "refuses %s, which is taken",
  (name) => {
    expect(() => nameOf([name])).toThrow(`The name ${name} is taken: choose another.`);
  },
);

it("calls everything after it", () => {
  expect(namesOf(nameOf(["second-opinion"]))).toEqual({
    name: "second-opinion",
    camel: "secondOpinion",
    pascal: "SecondOpinion",
    words: "second opinion",
  });
});
