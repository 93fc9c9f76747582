import { expect, it } from "vitest";
import { EffectCounter } from "./effects.ts";

it("counts effects by name", () => {
  const effects = new EffectCounter();
  expect([effects.hit("pay"), effects.hit("book"), effects.hit("pay")]).toEqual([1, 1, 2]);
  expect(effects.snapshot()).toEqual({ book: 1, pay: 2 });
  expect(effects.count("none")).toBe(0);
});

it("tells which effects did not happen once", () => {
  const effects = new EffectCounter();
  effects.hit("pay");
  effects.hit("pay");
  effects.hit("book");
  effects.expectOnce(["book"]);
  expect(() => effects.expectOnce(["book", "pay", "notify"])).toThrow(
    /pay: 2[\s\S]*notify: 0|notify: 0[\s\S]*pay: 2/,
  );
});
