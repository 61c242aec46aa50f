import { FileSink } from "../../agent-src/adapters/file-sink.ts";
import { runExport } from "../../agent-src/export/run.ts";
import type { Row } from "../../contract/datasets/column.ts";
import { SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { allocationRows, answering, CLUSTER_ARN, containerRows, datasetNamed, TEN } from "./hours.ts";

/**
 * Exports three hours of two datasets into a folder, in a process of its own that a test can kill.
 * `node … export-process.ts <folder> [stall]` where stall is `rows`, `object` or `manifest`: the process says "stalled"
 * in the middle of reading, before the object, or before the manifest of the third dataset-hour, and waits to be killed.
 */
const [directory = "", stall = ""] = process.argv.slice(2);
const ROWS = 3000;

let steps = 0;

async function stallAt(point: string): Promise<void> {
  if (stall !== point || steps !== 3) return;
  console.log("stalled");
  // A timer keeps the process alive until it is killed.
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

async function* slowly(rows: readonly Row[]): AsyncGenerator<Row> {
  for (const [index, row] of rows.entries()) {
    if (index === ROWS / 2) await stallAt("rows");
    yield row;
  }
}

/** A file sink that stalls where it is told to. */
class StallingSink extends FileSink {
  override async put(...args: Parameters<FileSink["put"]>): ReturnType<FileSink["put"]> {
    if (args[0].startsWith("_manifests/")) await stallAt("manifest");
    return super.put(...args);
  }

  override async upload(...args: Parameters<FileSink["upload"]>): ReturnType<FileSink["upload"]> {
    const upload = await super.upload(...args);
    return {
      write: (bytes) => upload.write(bytes),
      complete: async (condition) => {
        await stallAt("object");
        return upload.complete(condition);
      },
      abort: () => upload.abort(),
    };
  }
}

const never = new AbortController().signal;
const report = await runExport(
  {
    clusterArn: CLUSTER_ARN,
    datasets: [datasetNamed("allocation"), datasetNamed("container")],
    window: { from: TEN, until: TEN + 3 * SECONDS_PER_HOUR },
    maxHours: 24,
  },
  {
    sink: new StallingSink(directory, ""),
    openers: {
      allocation: answering((hour) => slowly(allocationRows(hour, ROWS))),
      container: answering((hour) => slowly(containerRows(hour, ROWS))),
    },
    checkSources: async () => new Map(),
    now: () => new Date("2026-11-22T14:00:00Z"),
    stop: never,
    abort: never,
    onEvent: (event) => {
      if (event.kind === "started") steps += 1;
    },
  },
);
console.log(
  JSON.stringify(report.finished.map(({ step, outcome }) => [step.dataset, step.hour, outcome.how])),
);
