import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FileSink } from "../../../agent-src/adapters/file-sink.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { CLUSTER_ARN, datasetNamed } from "../../fakes/hours.ts";

const SCRIPT = join(import.meta.dirname, "../../fakes/export-process.ts");

function start(directory: string, stall = ""): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", SCRIPT, directory, stall], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What the process prints, once it has ended well. */
function finish(child: ChildProcess): Promise<[string, number, string][]> {
  return new Promise((resolve, reject) => {
    let out = "";
    let err = "";
    child.stdout?.on("data", (chunk) => (out += String(chunk)));
    child.stderr?.on("data", (chunk) => (err += String(chunk)));
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(out) as [string, number, string][]);
      else reject(new Error(`exit code ${code}: ${err}`));
    });
  });
}

/** Waits for the stall, then kills the process as a node that dies would. */
function killAtStall(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      if (String(chunk).includes("stalled")) child.kill("SIGKILL");
    });
    child.on("close", (_code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error("it ended before it was killed")),
    );
  });
}

/** Every file by its path, without the sink's own. */
function filesOf(directory: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const key = path.slice(directory.length + 1);
    if (entry.isFile() && !key.startsWith(".")) files.set(key, readFileSync(path).toString("base64"));
  }
  return files;
}

/** Without the record of the last run: its counts differ, as they should. */
function committedFiles(directory: string): Map<string, string> {
  const files = filesOf(directory);
  files.delete("_status/last-run.json");
  return files;
}

describe("a run that is killed", () => {
  const base = mkdtempSync(join(tmpdir(), "killed-"));
  const undisturbed = join(base, "undisturbed");

  beforeAll(async () => {
    await finish(start(undisturbed));
  });
  afterAll(() => rmSync(base, { recursive: true }));

  test("the undisturbed run wrote six objects and six manifests", () => {
    const keys = [...committedFiles(undisturbed).keys()];
    expect(keys.filter((key) => key.endsWith(".parquet"))).toHaveLength(6);
    expect(keys.filter((key) => key.startsWith("_manifests/"))).toHaveLength(6);
    expect(keys).toHaveLength(12);
  });

  test.each([
    ["rows", "written"],
    ["object", "written"],
    ["manifest", "recovered"],
  ])(
    "at the third dataset-hour's %s and run again: same hours, nothing twice, files equal to an undisturbed run's",
    async (stall, how) => {
      const directory = join(base, stall);
      await killAtStall(start(directory, stall));
      const manifests = [...filesOf(directory).keys()].filter((key) => key.startsWith("_manifests/"));
      expect(manifests).toHaveLength(2);

      const finished = await finish(start(directory));
      expect(finished.map(([dataset, , outcome]) => [dataset, outcome])).toEqual([
        ["allocation", "written"],
        ["container", "written"],
        // The hour that was interrupted is the oldest, and the newest missing one comes first.
        ["allocation", how],
        ["container", "written"],
      ]);
      expect(committedFiles(directory)).toEqual(committedFiles(undisturbed));
      const report = await verifySink(
        { clusterArn: CLUSTER_ARN, datasets: [datasetNamed("allocation"), datasetNamed("container")] },
        new FileSink(directory, ""),
      );
      expect([report.findings, report.hours, report.rows]).toEqual([[], 6, 18_000]);
    },
    120_000,
  );

  test("two runs at once write every hour once, with the files of one run", async () => {
    const directory = join(base, "two");
    const results = await Promise.all([finish(start(directory)), finish(start(directory))]);
    expect(committedFiles(directory)).toEqual(committedFiles(undisturbed));
    const written = results.flat().filter(([, , how]) => how !== "already");
    expect(new Set(written.map(([dataset, hour]) => `${dataset} ${hour}`)).size).toBe(written.length);
  });

  test("a third run finds nothing to do", async () => {
    expect(await finish(start(undisturbed))).toEqual([]);
  });
});
