// The borders between the workspace's parts, checked by `npm run lint`.

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circular",
      comment: "Modules that need each other, for types too, are one concept in two files.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "services-are-apart",
      comment: "A service reaches another only through a contract and Restate.",
      severity: "error",
      from: { path: "^services/([^/]+)/", pathNot: "^services/model-simulator/" },
      to: { path: "^services/", pathNot: "^services/$1/" },
    },
    {
      name: "the-simulator-knows-stand-ins-alone",
      comment: "It takes each agent's simulated.ts, and nothing else of a service.",
      severity: "error",
      from: { path: "^services/model-simulator/" },
      to: { path: "^services/", pathNot: ["^services/model-simulator/", "/simulated\\.ts$"] },
    },
    {
      name: "no-stand-in-in-production",
      comment: "An agent asks its model; what stands in for it is the simulator's.",
      severity: "error",
      from: { path: "^(packages|services)/", pathNot: "^services/model-simulator/" },
      to: { path: "/simulated\\.ts$" },
    },
    {
      name: "packages-know-no-service",
      comment: "Packages are imported by services, never the other way round.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(services|scripts|test)/" },
    },
    {
      name: "contracts-stay-light",
      comment: "Partners take the contracts alone: zod and Restate's core types, nothing else.",
      severity: "error",
      from: { path: "^packages/contracts/src/", pathNot: "\\.test\\.ts$" },
      to: {
        pathNot: [
          "^packages/contracts/src/",
          "node_modules/zod/",
          "node_modules/@restatedev/restate-sdk-core/",
        ],
      },
    },
    {
      name: "the-library-stands-alone",
      comment: "Engineers take only the library; it must not bring the product along.",
      severity: "error",
      from: { path: "^packages/durable-agents/src/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/(?!durable-agents/)" },
    },
    {
      name: "the-library-runtime-is-restate-alone",
      comment: "runtime/ knows Restate, and neither agents nor features.",
      severity: "error",
      from: { path: "^packages/durable-agents/src/runtime/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/durable-agents/src/(?!runtime/)" },
    },
    {
      name: "the-library-core-knows-no-feature",
      comment: "Features take part in runs through agents/plugin.ts and runtime/observer.ts.",
      severity: "error",
      from: { path: "^packages/durable-agents/src/agents/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/durable-agents/src/(?!runtime/|agents/)" },
    },
    {
      name: "the-library-features-are-apart",
      comment: "A feature imports the core, and no other feature.",
      severity: "error",
      from: {
        path: "^packages/durable-agents/src/(approvals|budgets|mcp|progress|remote-agents|sagas|sessions|telemetry)/",
        pathNot: "\\.test\\.ts$",
      },
      to: { path: "^packages/durable-agents/src/(?!runtime/|agents/|$1/)" },
    },
    {
      name: "tests-are-not-imported",
      severity: "error",
      from: { path: "^(packages|services)/", pathNot: "(\\.test\\.ts$|/e2e/)" },
      to: { path: "(\\.test\\.ts$|/e2e/|^test/)" },
    },
    {
      name: "no-testing-in-production",
      comment:
        "The testing package and the simulator are for tests; only the simulator's own service deploys it.",
      severity: "error",
      from: {
        path: "^(packages|services|scripts)/",
        pathNot: [
          "(\\.test|/simulated)\\.ts$|/e2e/",
          "^packages/(testing|simulator)/|^services/model-simulator/",
        ],
      },
      to: { path: "^packages/(testing|simulator)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "node_modules/(?!zod|@restatedev/restate-sdk-core)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
