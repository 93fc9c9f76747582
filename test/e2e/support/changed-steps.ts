// Loaded before a service it makes a release of it whose steps have other names: what is in flight cannot go on with it.

import { DurableContext } from "@holdfast/durable-agents";

DurableContext.prototype.runPatched = function (name, action) {
  return this.run(`${name}, changed`, action);
};
