import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "agent-bundle-"));

/** Runs the bundled file alone, in a folder without node_modules and with nothing in its environment but `env`. */
function runBundle(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [join(folder, "container-insights.mjs"), ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
}

describe("the agent's bundle", () => {
  beforeAll(() => {
    const tsx = join(ROOT, "node_modules/.bin/tsx");
    const { status, stderr } = spawnSync(tsx, [join(ROOT, "tools/bundle-agent.ts"), folder], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("is one file", () => {
    expect(readdirSync(folder)).toEqual(["container-insights.mjs"]);
  });

  test("reads its settings from the variables that the chart sets", () => {
    const { status, stdout } = runBundle(["export", "--job", "hourly", "--json"], {
      CONTAINER_INSIGHTS_PROMETHEUS_URL: "http://127.0.0.1:9",
      CONTAINER_INSIGHTS_OPENCOST_URL: "ftp://opencost",
      CONTAINER_INSIGHTS_SINK: `file://${folder}/out`,
      CONTAINER_INSIGHTS_CLUSTER_ARN: "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
      CONTAINER_INSIGHTS_SETTLE: "300",
      CONTAINER_INSIGHTS_MAX_HOURS: "24",
      CONTAINER_INSIGHTS_TIMEOUT: "120",
    });
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: [expect.stringContaining('"ftp://opencost"')], exitCode: 2 });
  });

  test("has no DuckDB, and says so where it is asked to read files back", () => {
    const { status, stderr } = runBundle(["report", "--sink", `file://${folder}`, "--from", "-3h"]);
    expect(status).not.toBe(0);
    expect(stderr).toContain("The agent's image has no DuckDB; run query and report from a checkout");
  });
});
