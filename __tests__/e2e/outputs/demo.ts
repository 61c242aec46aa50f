import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { parseManifest, type Manifest } from "../../../contract/manifest.ts";
import type { Checks } from "../checks.ts";
import { HOURLY } from "../export/dataset-hours.ts";
import { assertSums } from "../export/differences.ts";
import { runCommand } from "../ground/command.ts";
import { expectedTypes, type ReaderName } from "../readers/expected-types.ts";
import { readBack } from "../readers/read-back.ts";

const ROOT = join(import.meta.dirname, "../../..");
const OUTPUT = join(ROOT, "demo-out");

/** What `npm run demo` left: makes it when it is not there. */
export async function demoPhase(checks: Checks): Promise<void> {
  await checks.phase("demo: its files in other readers", async () => {
    if (!existsSync(OUTPUT)) await runCommand("npm", ["run", "--silent", "demo"], { cwd: ROOT });
    for (const dataset of DATASETS.filter(({ name }) => HOURLY.includes(name))) {
      await checks.check(
        `the newest ${dataset.name} file opens in four readers, with the dictionary's types`,
        async () => {
          const { manifest, path } = newestFile(dataset.name);
          const facts = await readBack({ path, sums: Object.keys(manifest.totals) });
          for (const [reader, found] of Object.entries(facts)) {
            assert.deepEqual(found.types, expectedTypes(dataset, reader as ReaderName), reader);
            assert.equal(found.rows, manifest.rows, reader);
            assertSums(found.sums, manifest.totals);
          }
        },
      );
    }
    await checks.check("its manifests say that the data is simulated", () => {
      for (const { manifest } of manifests())
        assert.match(manifest.simulated ?? "", /simulated|recorded|scaled/i);
    });
  });
}

function newestFile(dataset: string): { manifest: Manifest; path: string } {
  const newest = manifests()
    .filter(({ manifest }) => manifest.dataset === dataset && manifest.object)
    .sort((a, b) => a.manifest.hourStart - b.manifest.hourStart)
    .at(-1);
  assert.ok(newest, `the demo left no ${dataset} file`);
  return { manifest: newest.manifest, path: join(newest.root, newest.manifest.object?.key ?? "") };
}

function manifests(): { manifest: Manifest; root: string }[] {
  const files = readdirSync(OUTPUT, { recursive: true, withFileTypes: true });
  const found = files
    .filter(
      (entry) => entry.isFile() && entry.parentPath.includes("_manifests") && entry.name.endsWith(".json"),
    )
    .map((entry) => ({
      manifest: parseManifest(readFileSync(join(entry.parentPath, entry.name), "utf8")),
      root: entry.parentPath.slice(0, entry.parentPath.indexOf("/_manifests")),
    }));
  assert.ok(found.length > 0, "the demo left no manifest");
  return found;
}
