export { type FoundTrouble, findTroubles } from "./find.ts";
