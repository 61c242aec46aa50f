import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parquetReadObjects } from "hyparquet";
import { DATASETS } from "../../contract/datasets/index.ts";
import { finishCli } from "../fakes/cli.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { SECRETS, startLabelSources, type LabelSources } from "../fakes/label-sources.ts";
import { runHere } from "../support/cli-in-process.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

const directory = temporaryDirectory();
const LISTS = ["--label-deny", "team", "--label-hash", "owner", "--annotation-allow", "*"];
/** Those that have labels, and what they have them from. */
const LABELLED: Readonly<Record<string, readonly string[]>> = {
  allocation: ["plain-opencost", "plain-opencost-annotation", "plain-opencost-namespace"],
  focus: ["plain-opencost"],
  samples: ["plain-series", "plain-state", "plain-state-annotation"],
  pod: ["plain-kubernetes", "plain-kubernetes-annotation", "plain-state", "plain-state-annotation"],
  namespace: ["plain-kubernetes", "plain-kubernetes-annotation", "plain-state", "plain-state-annotation"],
  node: ["plain-kubernetes", "plain-state"],
  persistent_volume: ["plain-kubernetes", "plain-state"],
  persistent_volume_claim: ["plain-kubernetes", "plain-state"],
};

let sources: LabelSources;
beforeAll(async () => void (sources = await startLabelSources()));
afterAll(() => sources.close());

function args(folder: string, datasets: readonly string[], flags: readonly string[]): string[] {
  return [
    ...["export", "--prometheus-url", sources.prometheus.url, "--opencost-url", sources.openCost.url],
    ...["--kubernetes-url", sources.kubernetes.url, "--labels-from", "kubernetes"],
    ...["--cluster-arn", CLUSTER_ARN, "--sink", `file://${join(directory, folder)}`, "--json"],
    ...["--from", "2026-11-22T10:00:00Z", "--until", "2026-11-22T11:00:00Z"],
    ...["--datasets", datasets.join(","), ...flags],
  ];
}

/** Every file below a folder of the sink, by its key. */
function filesOf(folder: string): Map<string, Buffer> {
  const root = join(directory, folder);
  const names = readdirSync(root, { recursive: true, encoding: "utf8", withFileTypes: true });
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(root.length + 1), readFileSync(path)]),
  );
}

/** All text in a dataset's files, decoded. */
async function textOf(folder: string, dataset: string): Promise<string> {
  const files = [...filesOf(folder)].filter(
    ([key]) => key.includes(`dataset=${dataset}/`) && key.endsWith(".parquet"),
  );
  expect(files).toHaveLength(1);
  const [bytes] = files.map(([, content]) => content);
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes ?? []).buffer });
  expect(rows.length).toBeGreaterThan(0);
  return rows.flatMap((row) => Object.values(row).filter((cell) => typeof cell === "string")).join("\n");
}

async function exportAll(folder: string, flags: readonly string[]): Promise<void> {
  for (const job of [undefined, "samples"]) {
    const names = DATASETS.filter((dataset) => dataset.job === job).map(({ name }) => name);
    const { code, stdout, stderr } = await runHere(args(folder, names, flags));
    expect([code, stderr, JSON.parse(stdout)]).toMatchObject([0, expect.any(String), { failed: [] }]);
  }
}

test("a denied label's value is in no file of any dataset, nor is a hashed one's, and its hash is", async () => {
  await exportAll("lists", LISTS);
  for (const { name } of DATASETS) {
    const text = await textOf("lists", name);
    expect([name, text.match(new RegExp(`${SECRETS.team}[a-z0-9-]*|${SECRETS.owner}[a-z0-9-]*`))]).toEqual([
      name,
      null,
    ]);
    const values = LABELLED[name] ?? [];
    for (const value of values) expect([name, text]).toEqual([name, expect.stringContaining(`"${value}"`)]);
    expect([name, /sha256:[0-9a-f]{32}"/.test(text)]).toEqual([name, values.length > 0]);
  }
  // Manifests, too; and what was compressed is not the only place to look.
  for (const [key, bytes] of filesOf("lists")) {
    expect([key, bytes.includes(SECRETS.team), bytes.includes(SECRETS.owner)]).toEqual([key, false, false]);
  }
});

test("without lists the values are there, so that the test before could have found them", async () => {
  await exportAll("all", ["--annotation-allow", "*"]);
  for (const name of Object.keys(LABELLED)) {
    const text = await textOf("all", name);
    expect([name, text.includes(SECRETS.team), text.includes(SECRETS.owner)]).toEqual([name, true, true]);
  }
});

test("every key of the samples is there once, though only a denied label told series apart", async () => {
  const { code, stdout } = await runHere([
    ...["verify", "--cluster-arn", CLUSTER_ARN, "--sink", `file://${join(directory, "lists")}`, "--json"],
    ...["--datasets", "samples"],
  ]);
  expect([code, stdout]).toEqual([0, expect.any(String)]);
  expect(await textOf("lists", "samples")).toContain('"__series__":"2"');
});

test("Deno reads the same labels and writes the same bytes", async () => {
  const names = ["allocation", "pod", "namespace", "node", "persistent_volume", "persistent_volume_claim"];
  const program = join(import.meta.dirname, "../../cli/container-insights.ts");
  const command = ["--no", "deno", "run", "-A", program, ...args("deno", names, LISTS)];
  const { code, stdout, stderr } = await finishCli(
    spawn("npx", command, { stdio: ["ignore", "pipe", "pipe"] }),
  );
  expect([code, stderr, JSON.parse(stdout)]).toMatchObject([0, expect.any(String), { failed: [] }]);
  const ours = filesOf("lists");
  const theirs = [...filesOf("deno")].filter(([key]) => key.endsWith(".parquet"));
  expect(theirs).toHaveLength(names.length);
  for (const [key, bytes] of theirs)
    expect([key, bytes.equals(ours.get(key) ?? Buffer.alloc(0))]).toEqual([key, true]);
});
