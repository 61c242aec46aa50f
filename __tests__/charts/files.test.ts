import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { AGENT_NAMESPACE, EXPORTER_SERVICE_ACCOUNT } from "../../contract/workload-identity.ts";
import { ChartValues } from "../../stacks/chart-values.ts";
import { chartFiles } from "../../tools/chart-files.ts";
import { BASE_FILE, overlay } from "./cases.ts";

const ROOT = join(import.meta.dirname, "../..");
const CHART = join(ROOT, "charts/container-insights");

function read(...path: string[]): string {
  return readFileSync(join(...path), "utf8");
}

const templates = readdirSync(join(CHART, "templates")).map((name) => [
  name,
  read(CHART, "templates", name),
]) as [string, string][];

function template(name: string): string {
  return read(CHART, "templates", name);
}

describe("files of the chart", () => {
  test("values.yaml, schema and README are what the definition says", async () => {
    for (const { path, content } of await chartFiles())
      expect([path, read(ROOT, path)]).toEqual([path, content]);
  });

  test("values.yaml holds the definition's defaults and nothing else", () => {
    const base: unknown = parse(read(BASE_FILE));
    const defaults: unknown = parse(read(CHART, "values.yaml"));
    expect(overlay(defaults, base)).toEqual(ChartValues.parse(base));
  });

  test("the schema refuses unknown keys everywhere but in parts of the Kubernetes API and in globals", () => {
    const open: string[] = [];
    const walk = (schema: Record<string, unknown>, path: string): void => {
      const properties = (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>;
      if (schema["type"] === "object" && schema["additionalProperties"] !== false) open.push(path);
      for (const [key, value] of Object.entries(properties)) walk(value, `${path}.${key}`);
    };
    walk(JSON.parse(read(CHART, "values.schema.json")) as Record<string, unknown>, "values");
    expect(open.map((path) => path.replace("values.", ""))).toEqual([
      "global",
      "export.hourly.resources.requests",
      "export.hourly.resources.limits",
      "pod.labels",
      "pod.annotations",
      "pod.nodeSelector",
      "pod.affinity",
    ]);
  });

  test.each(templates)("%s reads only values that are defined", (_name, text) => {
    const defaults = parse(read(CHART, "values.yaml")) as Record<string, unknown>;
    const paths = [...text.matchAll(/(?:\$?\.Values|\$v)\.([A-Za-z.]+)/g)].map(([, path]) => path ?? "");
    const unknown = paths.filter((path) => {
      let here: unknown = defaults;
      for (const key of path.split(".")) {
        if (typeof here !== "object" || here === null || !(key in here)) return true;
        here = (here as Record<string, unknown>)[key];
      }
      return false;
    });
    expect(unknown).toEqual([]);
  });

  test("the chart has the version of the package", () => {
    const { version } = JSON.parse(read(ROOT, "package.json")) as { version: string };
    expect(parse(read(CHART, "Chart.yaml"))).toMatchObject({ version, appVersion: version });
  });

  test("the service account and its namespace are those that the cluster's role trusts", () => {
    expect(template("serviceaccount.yaml")).toContain(`name: ${EXPORTER_SERVICE_ACCOUNT}\n`);
    expect(template("_export-pod.tpl")).toContain(`serviceAccountName: ${EXPORTER_SERVICE_ACCOUNT}\n`);
    expect(template("_validation.tpl")).toContain(`(ne .Release.Namespace "${AGENT_NAMESPACE}")`);
  });

  test("no template asks for rights in the cluster, or for secrets other than by name", () => {
    const kinds = templates.flatMap(([, text]) =>
      [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind),
    );
    expect([...new Set(kinds)].sort()).toEqual(["ConfigMap", "CronJob", "NetworkPolicy", "ServiceAccount"]);
  });
});
