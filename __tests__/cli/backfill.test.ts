import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { isoSeconds, lastClosedHour, SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { json, PREFIX } from "../fakes/cli-args.ts";
import { finishCli, startCli, type CliResult } from "../fakes/cli.ts";
import { startHourSources, type HourSources } from "../fakes/hour-sources.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { runHere } from "../support/cli-in-process.ts";

const WINDOW = ["--from", "2026-11-22T10:00:00Z", "--until", "2026-11-22T14:00:00Z"];

let base: string;
let sources: HourSources;
let folder: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "backfill-"));
  sources = await startHourSources();
});
afterAll(async () => {
  await sources.close();
  rmSync(base, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(base, "sink-"));
  sources.oldestSample = undefined;
  sources.beforeQuery = undefined;
});

jest.setTimeout(120_000);

function args(command: "export" | "backfill", ...more: string[]): string[] {
  return [
    ...[command, "--prometheus-url", sources.prometheus.url, "--cluster-arn", CLUSTER_ARN],
    ...["--sink", `file://${folder}`, "--datasets", "container", ...more],
  ];
}

function manifests(): string[] {
  const root = join(folder, PREFIX, "_manifests");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .map((path) => join(root, path))
    .sort();
}

function revisions(): number[] {
  return manifests().map((path) => (JSON.parse(readFileSync(path, "utf8")) as { revision: number }).revision);
}

function lines(result: CliResult): string[] {
  return result.stderr.trimEnd().split("\n");
}

describe("backfill", () => {
  test("without a window begins with the oldest hour of which Prometheus has all", async () => {
    const newest = lastClosedHour(Date.now() / 1000, 120);
    sources.oldestSample = newest - 4 * SECONDS_PER_HOUR + 1800;
    const planned = await runHere(args("backfill", "--dry-run", "--json"));
    expect(json(planned)).toMatchObject({
      dryRun: true,
      from: isoSeconds(newest - 3 * SECONDS_PER_HOUR),
      steps: [
        newest,
        newest - 3 * SECONDS_PER_HOUR,
        newest - 2 * SECONDS_PER_HOUR,
        newest - SECONDS_PER_HOUR,
      ].map((hour) => ({ dataset: "container", hour: isoSeconds(hour) })),
    });
    const result = await runHere(args("backfill", "--json"));
    expect([result.code, (json(result)["exported"] as object[]).length]).toEqual([0, 4]);
    expect(json(await runHere(args("backfill", "--json")))).toMatchObject({
      exported: [],
      committedBefore: 4,
    });
  });

  test("without a window and without a sample to begin with says so", async () => {
    sources.oldestSample = Infinity;
    const result = await runHere(args("backfill"));
    expect(result.code).toBe(2);
    expect(result.stderr).toBe(
      `error: Where the data of Prometheus at "${sources.prometheus.url}" begins is not known: it has no sample of ` +
        `"up"; check --prometheus-url, or name the window with --from\n`,
    );
  });

  test("of a window that begins before Prometheus' data says once what is out of reach, and does the rest", async () => {
    sources.oldestSample = Date.UTC(2026, 10, 22, 12) / 1000;
    const result = await runHere(args("backfill", "--json", ...WINDOW));
    expect(result.code).toBe(0);
    expect(json(result)).toMatchObject({
      exported: [{ hour: "2026-11-22T13:00:00Z" }, { hour: "2026-11-22T12:00:00Z" }],
      failed: [],
      outOfReach: { hours: 2, from: "2026-11-22T10:00:00Z", until: "2026-11-22T12:00:00Z" },
    });
    expect(lines(result).filter((line) => line.includes("out of reach"))).toEqual([
      "notice: 2 missing hours from 2026-11-22T10:00:00Z to 2026-11-22T12:00:00Z are out of reach: Prometheus no " +
        "longer has all data of them, so nothing before 2026-11-22T12:00:00Z is tried",
    ]);
  });

  test("prints plain lines and its pace where there is no terminal", async () => {
    const result = await runHere(args("backfill", "--concurrency", "2", ...WINDOW));
    expect(result.code).toBe(0);
    expect(lines(result).filter((line) => line.startsWith("✓"))).toHaveLength(4);
    expect(lines(result).filter((line) => /^[123]\/4 {2}\S+ hours\/s {2}.* left$/.test(line))).toHaveLength(
      3,
    );
    expect(result.stderr).not.toMatch(/\u001b|\r/);
    expect(result.stdout).toMatch(/^Exported 4 of 4 dataset-hours: 28 rows/);
  });

  test("stopped by SIGTERM finishes the dataset-hour in hand, says what remains, and goes on when run again", async () => {
    let [isAsked, letGo] = [(): void => {}, (): void => {}];
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const released = new Promise<void>((resolve) => (letGo = resolve));
    sources.beforeQuery = () => {
      isAsked();
      return released;
    };
    const child = startCli(args("backfill", "--json", ...WINDOW));
    const finished = finishCli(child);
    const told = new Promise<void>((resolve) => {
      let said = "";
      child.stderr?.on(
        "data",
        (chunk) => (said += String(chunk)).includes("SIGTERM: finishing") && resolve(),
      );
    });
    await asked;
    child.kill("SIGTERM");
    await told;
    letGo();
    const result = await finished;
    expect(result.code).toBe(143);
    expect(json(result)).toMatchObject({
      exported: [{ hour: "2026-11-22T13:00:00Z" }],
      failed: [],
      remaining: [{}, {}, {}],
      stoppedBy: "signal",
    });
    const again = await runHere(args("backfill", "--json", ...WINDOW));
    expect(json(again)).toMatchObject({ exported: [{}, {}, {}], remaining: [], committedBefore: 1 });
    expect(revisions()).toEqual([1, 1, 1, 1]);
  });

  test("at its deadline finishes the dataset-hour in hand, starts no other and ends with 124", async () => {
    // The first answer comes when the deadline, a second after the start, is over.
    const over = new Promise<void>((resolve) => {
      sources.beforeQuery = () => {
        setTimeout(resolve, 1500);
        return over;
      };
    });
    const result = await finishCli(startCli(args("backfill", "--json", "--deadline", "1s", ...WINDOW)));
    expect(result.code).toBe(124);
    expect(json(result)).toMatchObject({ exported: [{}], remaining: [{}, {}, {}], stoppedBy: "deadline" });
    expect(revisions()).toEqual([1]);
  });
});

describe("export without --from", () => {
  test("looks at every hour that Prometheus still has, 24 of them in a run: an outage of days is made good", async () => {
    const newest = lastClosedHour(Date.now() / 1000, 120);
    sources.oldestSample = newest - 71 * SECONDS_PER_HOUR;
    const plan = json(await runHere(args("export", "--dry-run", "--json")));
    expect(plan).toMatchObject({ from: isoSeconds(newest - 71 * SECONDS_PER_HOUR), postponedHours: 48 });
    expect((plan["steps"] as object[]).length).toBe(24);
  });

  test("tells once what was lost between the newest committed hour and what Prometheus still has", async () => {
    const newest = lastClosedHour(Date.now() / 1000, 120);
    const hour = (back: number): string => isoSeconds(newest - back * SECONDS_PER_HOUR);
    sources.oldestSample = newest - 40 * SECONDS_PER_HOUR;
    await runHere(args("export", "--from", hour(9), "--until", hour(7)));
    sources.oldestSample = newest - 2 * SECONDS_PER_HOUR;
    const lost = { outOfReach: { hours: 5, from: hour(7), until: hour(2) } };
    expect(json(await runHere(args("export", "--dry-run", "--json")))).toMatchObject(lost);
    const result = await runHere(args("export", "--json"));
    expect([result.code, json(result)]).toEqual([0, expect.objectContaining(lost)]);
    expect(result.stderr).toContain(`notice: 5 missing hours from ${hour(7)} to ${hour(2)} are out of reach`);
    const record = (): unknown =>
      JSON.parse(readFileSync(join(folder, PREFIX, "_status/last-run.json"), "utf8"));
    expect(record()).toMatchObject({ state: "finished", ...lost });
    expect(json(await runHere(args("export", "--json")))).not.toHaveProperty("outOfReach");
    expect(record()).not.toHaveProperty("outOfReach");
  });

  test("leaves a record of the run when Prometheus cannot be reached", async () => {
    const result = await runHere(args("export", "--prometheus-url", "http://127.0.0.1:9"));
    expect(result.code).toBe(5);
    const record = readFileSync(join(folder, PREFIX, "_status/last-run.json"), "utf8");
    expect(JSON.parse(record)).toMatchObject({
      state: "failed",
      reason: expect.stringMatching(/^Cannot reach Prometheus at "http:\/\/127\.0\.0\.1:9"/),
    });
  });

  test("looks at the last 24 hours where that is not known, and says so", async () => {
    const result = await runHere(args("export", "--dry-run", "--json"));
    expect((json(result)["steps"] as object[]).length).toBe(24);
    expect(result.stderr).toMatch(
      /^notice: the last 24 hours are looked at: where Prometheus' data begins is not known: .*no such query.*\n$/,
    );
  });
});

describe("backfill --restate", () => {
  test("leaves what is unchanged, and says so", async () => {
    await runHere(args("backfill", ...WINDOW));
    const result = await runHere(args("backfill", "--restate", ...WINDOW));
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(
      /^Exported 4 of 4 .*\n4 of them unchanged: the sources answer what is there\.\n/,
    );
    expect(lines(result).filter((line) => line.endsWith("unchanged"))).toHaveLength(4);
    expect(revisions()).toEqual([1, 1, 1, 1]);
  });
});

describe("one wrong flag of backfill is one line and exit code 2", () => {
  test.each([
    [
      ["--restate"],
      "--restate replaces hours that are good, so their window must be named; add --from and --until",
    ],
    [
      ["--restate", "--max-hours", "2", ...WINDOW],
      "--restate does the whole window; instead of --max-hours, narrow it with --from and --until",
    ],
    [["--allow-shrink"], "--allow-shrink is about hours that are exported again; add --restate"],
    [["--concurrency", "0"], '--concurrency "0" is not a whole number between 1 and 32'],
    [["--max-hours", "8785"], '--max-hours "8785" is not a whole number between 1 and 8784'],
    [
      ["--deadline", "soon"],
      '--deadline "soon" is not a duration between 1s and 604800s; use for example "60s" or "2m"',
    ],
    [["--job", "daily"], '--job "daily" does not exist; choose from hourly, samples, all'],
  ])("%j", async (flags, message) => {
    const result = await runHere(args("backfill", ...flags));
    expect([result.code, result.stderr]).toEqual([2, `error: ${message}\n`]);
  });
});

describe("the job", () => {
  async function planned(...flags: string[]): Promise<Set<string>> {
    const all = [...args("export"), ...WINDOW, "--opencost-url", sources.openCost.url, "--dry-run", "--json"];
    const at = all.indexOf("--datasets");
    all.splice(at, 2);
    const result = await runHere([...all, ...flags]);
    expect(result.code).toBe(0);
    return new Set((json(result)["steps"] as { dataset: string }[]).map(({ dataset }) => dataset));
  }

  test("is hourly unless told otherwise; samples is the raw samples alone; all is both", async () => {
    const hourly = await planned();
    expect([hourly.has("container"), hourly.has("samples")]).toEqual([true, false]);
    expect(await planned("--job", "samples")).toEqual(new Set(["samples"]));
    expect(await planned("--job", "all")).toEqual(new Set([...hourly, "samples"]));
  });

  test("of a restatement of allocation has focus in it, which is made from it", async () => {
    const restated = [...args("backfill"), ...WINDOW, "--opencost-url", sources.openCost.url, "--restate"];
    restated[restated.indexOf("--datasets") + 1] = "allocation";
    const result = await runHere([...restated, "--dry-run"]);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('notice: "focus" is restated, too: it is made from "allocation"\n');
    expect(result.stdout).toMatch(/10:00Z {2}allocation\n.*10:00Z {2}focus/);
  });

  test("need not be named for a named dataset", async () => {
    expect(await planned("--datasets", "samples")).toEqual(new Set(["samples"]));
  });

  test("that is named must be that of a named dataset", async () => {
    const result = await runHere(args("export", "--job", "samples", ...WINDOW));
    expect([result.code, result.stderr]).toEqual([
      2,
      'error: --datasets names "container", which is not of --job "samples"; leave out --job, or choose from samples\n',
    ]);
  });
});
