// The handlers that a recording of a release has to have journals of.

import type { RestateServices } from "@holdfast/replay";

// Their journals are not kept, or end with a kill.
const NOT_KEPT = new Set([
  "ErrorHandlingAgent/give_up",
  "ProgressTopics/publish",
  "ProgressTopics/subscribe",
  "ProgressTopics/expire",
]);

/** As `Service/handler`. */
export function recordedHandlers(services: RestateServices): string[] {
  return services.flatMap((definition) =>
    ["service", "object", "workflow"]
      .flatMap((kind) => Object.keys(Object(Reflect.get(definition, kind))))
      .map((handler) => `${definition.name}/${handler}`)
      .filter((handler) => !NOT_KEPT.has(handler)),
  );
}
