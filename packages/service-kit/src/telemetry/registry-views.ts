// Gives each metric of the registry its attributes there, and no other, whoever records it: so no id can become a label.

import {
  createAllowListAttributesProcessor,
  type IAttributesProcessor,
  type ViewOptions,
} from "@opentelemetry/sdk-metrics";
import { ATTR, METRIC } from "./registry.ts";

/** @param service the process's name, for metrics that have it */
export function registryViews(service: string): ViewOptions[] {
  const withService: IAttributesProcessor = {
    process: (attributes) => ({ ...attributes, [ATTR.service]: service }),
  };
  return Object.values(METRIC).map(({ name, attributes }) => ({
    instrumentName: name,
    attributesProcessors: [withService, createAllowListAttributesProcessor([...attributes])],
  }));
}
