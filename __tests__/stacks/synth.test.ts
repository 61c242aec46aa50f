import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { PROD } from "../support/clusters.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

const ROOT = join(import.meta.dirname, "../..");
const SYNTH_TIMEOUT_MS = 120_000;

const NODE = [join(ROOT, "node_modules/.bin/tsx")];
const DENO = [join(ROOT, "node_modules/.bin/deno"), "run", "-A"];

const CONFIG = {
  clusters: [
    {
      clusterArn: PROD.arn,
      prometheusUrl: "http://prometheus-server.monitoring.svc",
      openCostUrl: "http://opencost.opencost.svc:9003",
    },
  ],
};

interface Synthesis {
  readonly outdir: string;
  readonly status: number | null;
  readonly stderr: string;
}

const BASE = temporaryDirectory();

function synth(runtime: readonly string[], config: unknown): Synthesis {
  const directory = mkdtempSync(join(BASE, "synth-"));
  const file = join(directory, "config.json");
  writeFileSync(file, JSON.stringify(config));
  const outdir = join(directory, "out");
  const [command = "", ...options] = runtime;
  const { status, stderr } = spawnSync(command, [...options, "main.ts"], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: outdir, CONTAINER_INSIGHTS_CONFIG: file, NODE_OPTIONS: "" },
  });
  return { outdir, status, stderr };
}

/** Every file below `directory`, by its relative path. */
function readTree(directory: string): Map<string, Buffer> {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((path) => join(directory, path))
    .filter((path) => statSync(path).isFile())
    .sort();
  return new Map(paths.map((path) => [relative(directory, path), readFileSync(path)]));
}

describe("synth", () => {
  let files: Map<string, Buffer>;
  let outdir: string;

  beforeAll(() => {
    const synthesis = synth(NODE, CONFIG);
    expect(synthesis).toMatchObject({ status: 0, stderr: "" });
    outdir = synthesis.outdir;
    files = readTree(outdir);
  }, SYNTH_TIMEOUT_MS);

  test("writes the account's stack with its code, and a stack for each cluster", () => {
    const names = [...files.keys()];
    expect(names).toContain("stacks/account/cdk.tf.json");
    expect(names).toContain("stacks/cluster-123456789012-eu-west-1-prod/cdk.tf.json");
    const archives = names.filter((name) => name.endsWith("/role-reconciler.zip"));
    expect(archives).toHaveLength(1);
    const stack = files.get("stacks/account/cdk.tf.json")?.toString() ?? "";
    expect(stack).toContain(`\${path.module}/${relative("stacks/account", archives[0] ?? "")}`);
  });

  test("writes no path of this machine, bundled code included", () => {
    for (const [name, bytes] of files) {
      for (const path of [ROOT, outdir, tmpdir()]) {
        expect([name, bytes.includes(`${path}/`)]).toEqual([name, false]);
      }
    }
  });

  test(
    "writes the same bytes under Deno",
    () => {
      const deno = synth(DENO, CONFIG);
      expect(deno).toMatchObject({ status: 0 });
      const others = readTree(deno.outdir);
      expect([...others.keys()]).toEqual([...files.keys()]);
      for (const [name, bytes] of files)
        expect([name, others.get(name)?.equals(bytes)]).toEqual([name, true]);
    },
    SYNTH_TIMEOUT_MS,
  );

  test(
    "refuses a wrong configuration in one line, and fails",
    () => {
      const { status, stderr } = synth(NODE, { clusters: [{ ...CONFIG.clusters[0], clusterArn: "prod" }] });
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^Cannot use the configuration ".*config\.json": clusters\.0\.clusterArn: "prod" is not an EKS cluster ARN; .*\n$/,
      );
    },
    SYNTH_TIMEOUT_MS,
  );

  test(
    "says which cluster has values that the chart refuses",
    () => {
      const chartValues = { export: { hourly: { minute: 61 } } };
      const { status, stderr } = synth(NODE, { clusters: [{ ...CONFIG.clusters[0], chartValues }] });
      expect(status).toBe(1);
      expect(stderr).toContain(`Cannot use the cluster "${PROD.arn}": `);
      expect(stderr).toContain("export.hourly.minute");
    },
    SYNTH_TIMEOUT_MS,
  );
});
