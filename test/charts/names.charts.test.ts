// Names: none is too long or said twice, whatever the release is called, and no release takes another's deployments for its own.

import { afterAll, describe, expect, it } from "vitest";
import { type ChartName, Charts, type RenderOptions, whySkipped } from "./support/chart.ts";
import { podOf } from "./support/walk.ts";

const releases = [
  "holdfast",
  "fraud",
  "a-fraud",
  "fraud-rate-comparison",
  "chat-chat",
  "tour",
  "gateway",
  "restate",
  "h",
  "1st",
  "v1.2.3",
  `very-${"long-".repeat(8)}namename`,
  `very-${"long-".repeat(8)}namenome`,
];
/** Git's, and one that would be a name of 40 more letters. */
const tags = ["1.2.0-rc.1_BUILD-5", "0123456789abcdef0123456789abcdef01234567"];

const product: RenderOptions = {
  values: {
    model: { simulator: { enabled: true } },
    tour: { enabled: true },
    rules: { coveragePlan: "version: 1" },
    agent: { image: { tag: tags[0] }, previous: [tags[1]], autoscaling: { enabled: true } },
  },
};
const alone: RenderOptions = {
  values: {
    image: { repository: "weather/agent", tag: tags[0] },
    previous: [tags[1]],
    restate: { adminUrl: "http://restate:9070" },
    register: { enabled: true, image: "release-jobs:1" },
  },
};
const both = releases.flatMap((release): [string, ChartName, RenderOptions][] => [
  [release, "holdfast", product],
  [release, "durable-agent", alone],
]);

/** As RFC 1035 has them: they are also names of Services. */
const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

describe.skipIf(whySkipped())("names", () => {
  const charts = new Charts();
  afterAll(() => charts.remove());

  it.each(both)(
    "of a release %s of %s are valid, and no two objects of a kind have one",
    (release, chart, options) => {
      const objects = charts.render(chart, { ...options, release });
      const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
      for (const { kind, metadata } of objects) {
        expect(metadata.name).toMatch(NAME);
        // What controllers append has to fit too.
        const longest = ["StatefulSet", "CronJob", "RestateDeployment"].includes(kind) ? 52 : 63;
        expect(metadata.name.length, metadata.name).toBeLessThanOrEqual(longest);
      }
      for (const object of objects) {
        const labels = { ...object.metadata.labels, ...podOf(object)?.metadata.labels };
        for (const value of Object.values(labels)) expect(value).toMatch(/^[A-Za-z0-9][-A-Za-z0-9_.]{0,62}$/);
      }
    },
  );

  it("of two releases in a namespace are never the same", () => {
    const names = releases.flatMap((release) =>
      charts
        .render("holdfast", { ...product, release })
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    );
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it.each(["holdfast", "durable-agent"] as const)(
    "of deployments in Restate bear the release's mark, which no other has (%s)",
    (chart) => {
      const options = chart === "holdfast" ? product : alone;
      const owners = ["claims", "claims-a"].flatMap((namespace) =>
        ["a", "a-fraud", "fraud"].map((release) => {
          const jobs = charts
            .render(chart, { ...options, release, namespace })
            .filter(({ kind }) => kind === "Job" || kind === "CronJob");
          const marks = jobs.flatMap((job) =>
            (podOf(job)?.spec.containers ?? []).flatMap(({ args }) =>
              args.filter((arg) => arg.startsWith("--owner=")),
            ),
          );
          expect(marks).toHaveLength(jobs.length);
          expect(new Set(marks).size).toBe(1);
          return marks[0];
        }),
      );
      expect(new Set(owners).size).toBe(owners.length);
    },
  );

  it("of a release that contains an agent's name tell its agents apart", () => {
    const deployments = charts
      .render("holdfast", { ...product, release: "fraud-chat" })
      .filter(({ kind }) => kind === "Deployment")
      .map(({ metadata }) => metadata.name);
    expect(deployments).toContainEqual(expect.stringMatching(/^fraud-chat-fraud-1-2-0/));
    expect(deployments).toContainEqual(expect.stringMatching(/^fraud-chat-chat-1-2-0/));
  });
});
