// The kinds of settings: schemas of what an environment variable may hold.

import { z } from "zod";

const number = () => z.coerce.number("must be a number");

/** A port; 0 lets the system choose. */
export const portSchema = number().int().min(0).max(65_535);

/** A whole number of 1 or more. */
export const countSchema = number().int().positive();

/** A time in whole milliseconds, 0 or more. */
export const millisecondsSchema = number().int().min(0);

/** A boolean: true or false. */
export const booleanSchema = z
  .enum(["true", "false"], "must be true or false")
  .transform((value) => value === "true");

/** The URL of a server; without the slash at its end. */
export const serverUrlSchema = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .transform((url) => url.replace(/\/+$/, ""));
