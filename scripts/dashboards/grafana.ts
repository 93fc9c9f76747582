// A dashboard of Grafana, as far as these need it: rows of panels of equal width.

export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

export interface Panel {
  readonly title: string;
  readonly kind: "timeseries" | "stat" | "bargauge";
  /** Grafana's own name of the unit. */
  readonly unit?: string;
  readonly description?: string;
  readonly queries: readonly Query[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly rows: readonly (readonly Panel[])[];
}

const COLUMNS = 24;
const HEIGHT = 8;
const DATASOURCE = { type: "prometheus", uid: "$datasource" };

/** As Grafana imports it: which Prometheus it reads is chosen in it. */
export function grafanaJson({ uid, title, rows }: Dashboard): string {
  let id = 0;
  const panels = rows.flatMap((row, y) =>
    row.map((panel, x) => {
      const w = COLUMNS / row.length;
      return toPanel(panel, ++id, { h: HEIGHT, w, x: x * w, y: y * HEIGHT });
    }),
  );
  const datasource = { name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" };
  const dashboard = {
    uid,
    title,
    tags: ["holdfast"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: { list: [datasource] },
    annotations: { list: [] },
    panels,
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

function toPanel({ title, kind, unit, description, queries }: Panel, id: number, gridPos: object) {
  return {
    id,
    type: kind,
    title,
    ...(description === undefined ? {} : { description }),
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { ...(unit === undefined ? {} : { unit }), min: 0 }, overrides: [] },
    options:
      kind === "timeseries"
        ? { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } }
        : { reduceOptions: { calcs: ["lastNotNull"] } },
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + i),
      datasource: DATASOURCE,
      expr,
      ...(legend === undefined ? {} : { legendFormat: legend }),
      ...(kind === "timeseries" ? {} : { instant: true }),
    })),
  };
}
