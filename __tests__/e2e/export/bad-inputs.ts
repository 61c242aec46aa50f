import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { freePort } from "../ground/daemon.ts";
import {
  assertHoursFailed,
  assertRefused,
  CLUSTER_ARN,
  exportArgs,
  exportHours,
  parseReport,
  runCli,
  type ExportReport,
} from "./cli.ts";
import { HOURLY } from "./dataset-hours.ts";
import { folderTarget } from "./folder.ts";
import type { ExportSources } from "./sources.ts";
import { readTree } from "./tree.ts";

const UNREACHABLE = 5;
const SOME_FAILED = 3;
const ONE_HOUR = [
  "--datasets",
  "allocation",
  "--from",
  "2026-11-22T10:00:00Z",
  "--until",
  "2026-11-22T11:00:00Z",
];

/** What goes wrong in real life: each has to end in one clear line and a non-zero exit, and leave nothing that looks good. */
export async function checkBadInputs(
  checks: Checks,
  sources: ExportSources,
  directory: string,
): Promise<void> {
  await checkUnreachable(checks, sources, directory);
  await checkUntrusted(checks, sources, directory);
}

async function checkUnreachable(checks: Checks, sources: ExportSources, directory: string): Promise<void> {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const target = folderTarget(directory, "unreachable");
  const cases = [
    {
      name: "Prometheus cannot be reached",
      sources: { ...sources, prometheusUrl: nobody },
      more: [],
      says: /Prometheus/,
    },
    {
      name: "OpenCost cannot be reached and nothing else is wanted",
      sources: { ...sources, opencostUrl: nobody },
      more: ONE_HOUR,
      says: /OpenCost/,
    },
  ];
  for (const one of cases) {
    await checks.check(`${one.name}: one line that names it, nothing written`, async () => {
      const result = await runCli(exportArgs(one.sources, target.sink, one.more));
      assertRefused(result, UNREACHABLE, one.says);
      assert.ok(result.stderr.includes(nobody), result.stderr);
      await assertNothingCommitted(target.root);
    });
  }
  await checks.check(
    "OpenCost cannot be reached: only its dataset fails, in one line that names it",
    async () => {
      const away = folderTarget(directory, "opencost-away");
      const hour = [...ONE_HOUR, "--datasets", "allocation,container"];
      const result = await runCli(exportArgs({ ...sources, opencostUrl: nobody }, away.sink, hour));
      assertHoursFailed(result, SOME_FAILED, 1, /allocation .*Cannot reach OpenCost/);
      const { failed, exported } = parseReport<ExportReport>(result, SOME_FAILED);
      assert.deepEqual(
        [failed, exported].map((hours) => hours.map(({ dataset }) => dataset)),
        [["allocation"], ["container"]],
      );
      await rm(away.folder, { recursive: true, force: true });
    },
  );
  await checks.check("--prometheus-url that names OpenCost is refused with what to check", async () => {
    const swapped = { ...sources, prometheusUrl: sources.opencostUrl };
    const result = await runCli(exportArgs(swapped, target.sink));
    assert.notEqual(result.code, 0);
    assertRefused(result, result.code, /--prometheus-url/);
  });
}

async function checkUntrusted(checks: Checks, sources: ExportSources, directory: string): Promise<void> {
  const target = folderTarget(directory, "untrusted");
  const args = exportArgs(sources, target.sink, ONE_HOUR);
  const moods = [
    [
      "all-idle",
      "OpenCost says 200 with everything idle because its Prometheus refused a query",
      /cannot be trusted/,
    ],
    ["no-data", "OpenCost says 200 with one empty object although containers ran", /empty/],
  ] as const;
  for (const [mood, name, says] of moods) {
    await checks.check(`${name}: the hour is not committed, and the reason is told`, async () => {
      sources.opencost.setMood(mood);
      try {
        const result = await runCli(args);
        assertHoursFailed(result, SOME_FAILED, 1, says);
        const { failed, exported } = parseReport<ExportReport>(result, SOME_FAILED);
        assert.deepEqual([failed.length, exported.length], [1, 0]);
        await assertNothingCommitted(target.root);
        const failures = await readdir(join(target.root, "_status/failures"), { recursive: true });
        assert.equal(failures.filter((path) => path.endsWith("allocation.json")).length, 1);
      } finally {
        sources.opencost.setMood("recorded");
      }
    });
  }
  await checks.check("once OpenCost answers well, the next run exports that hour", async () => {
    assert.equal((await exportHours(args)).exported.length, 1);
  });
  await checks.check("an hour that neither source has stays missing, with the reason", async () => {
    const before = ["--from", "2026-11-20T00:00:00Z", "--until", "2026-11-20T01:00:00Z", "--json"];
    const from = ["--prometheus-url", sources.prometheusUrl, "--opencost-url", sources.opencostUrl];
    const sink = folderTarget(directory, "before").sink;
    const result = await runCli(["export", ...from, "--cluster-arn", CLUSTER_ARN, "--sink", sink, ...before]);
    assertHoursFailed(result, SOME_FAILED, HOURLY.length, /still has data|made from "allocation"/);
  });
  await rm(target.folder, { recursive: true, force: true });
}

async function assertNothingCommitted(root: string): Promise<void> {
  try {
    assert.deepEqual(await readTree(root), {});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
