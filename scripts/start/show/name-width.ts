// The width of names on the screen: the longest has to fit.

import { agents } from "../../../services/catalogue.ts";

export const NAME_WIDTH = Math.max("restate-server".length, ...agents.map(({ name }) => name.length)) + 1;
