import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FULL_WAYS } from "../../policies/ways.ts";
import type { Checks } from "../checks.ts";
import { runCommand } from "../ground/command.ts";
import { emulatorEnv, startMinistack } from "../ground/ministack.ts";
import { openTerraform } from "../ground/terraform.ts";
import { PLACES, planWays } from "../policies/plans.ts";
import { readableByCheckov } from "./readable.ts";
import { runCheckov } from "./run-checkov.ts";
import { CHECKOV_CONFIG, readSkips } from "./skips.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PLACE = PLACES[0];

/** The stacks as a person would synthesize them: an account's, and a cluster's. */
const CONFIG = {
  backend: { kind: "local", statePrefix: "state" },
  clusters: [
    {
      clusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
      prometheusUrl: "http://prometheus-server.monitoring.svc",
      openCostUrl: "http://opencost.opencost.svc:9003",
    },
  ],
};

/** Holds the synthesized stacks, and plans with everything switched on, to checkov's rules. */
export async function checkovPhase(checks: Checks, directory: string): Promise<void> {
  const folder = await checks.phase("checkov: synthesize and plan", () => prepare(directory));
  if (folder === undefined) return;
  await checks.phase("checkov: rules", () => checkRules(checks, folder, join(directory, "checkov.log")));
}

async function checkRules(checks: Checks, folder: string, log: string): Promise<void> {
  const skips = readSkips().map(({ id }) => id);
  let passed = 0;
  await checks.check(
    "no rule fails, but for those that .checkov.yaml skips; nothing is asked of the network",
    async () => {
      const run = await runCheckov(folder, log, ["--config-file", CHECKOV_CONFIG]);
      assert.equal(run.complaints, "");
      assert.deepEqual(run.asked, []);
      assert.deepEqual(
        run.reports.map(({ kind, unreadable, failed }) => ({ kind, unreadable, failed })),
        ["terraform_json", "terraform_plan"].map((kind) => ({ kind, unreadable: 0, failed: [] })),
      );
      passed = run.reports.reduce((sum, report) => sum + report.passed, 0);
      for (const report of run.reports) assert.ok(report.passed > 50, `${report.kind}: ${report.passed}`);
    },
    () => `${passed} passed, ${skips.length} rules skipped`,
  );
  await checks.check("every skip is needed: without them exactly those rules fail", async () => {
    const { reports } = await runCheckov(folder, log, []);
    const failed = new Set(reports.flatMap((report) => report.failed.map(({ id }) => id)));
    assert.deepEqual([...failed].sort(), [...skips].sort());
  });
}

/** Writes what checkov reads: each synthesized stack, and a plan for each way with everything on. */
async function prepare(directory: string): Promise<string> {
  const stacks = await synthesize(directory);
  const folder = join(directory, "checked");
  for (const name of await readdir(stacks)) {
    const stack = JSON.parse(await readFile(join(stacks, name, "cdk.tf.json"), "utf8")) as object;
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(
      join(folder, name, "cdk.tf.json"),
      JSON.stringify(readableByCheckov({ ...stack }), undefined, 2),
    );
  }
  const emulator = await startMinistack(directory, { enforce: false });
  try {
    const account = join(stacks, "account");
    const env = emulatorEnv(emulator.url, PLACE.region);
    const terraform = await openTerraform(account, env, join(directory, "terraform.log"));
    await terraform.run(["init", "-no-color"]);
    for (const { on, plan } of await planWays(PLACE, FULL_WAYS, terraform))
      await writeFile(join(folder, on.has("iam user") ? "user.json" : "roles.json"), plan);
    return folder;
  } finally {
    await emulator.stop();
  }
}

async function synthesize(directory: string): Promise<string> {
  const config = join(directory, "container-insights.json");
  const output = join(directory, "cdktf.out");
  await writeFile(config, JSON.stringify(CONFIG));
  await runCommand(process.execPath, ["--import", "tsx/esm", "main.ts"], {
    cwd: ROOT,
    env: { CONTAINER_INSIGHTS_CONFIG: config, CDKTF_OUTDIR: output },
    log: join(directory, "synth.log"),
  });
  return join(output, "stacks");
}
