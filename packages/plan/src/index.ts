export {
  type CoveragePlan,
  categoriesOf,
  coverageOf,
  coveragePlanSchema,
  defaultCoveragePlanFile,
  readCoveragePlan,
} from "./coverage-plan.ts";
