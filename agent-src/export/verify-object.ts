import type { Manifest, ManifestObject } from "../../contract/manifest.ts";
import { footerMismatch, readFooter, sha256Of, type Footer } from "./parquet-read.ts";
import type { FileSubject } from "./parquet-schema.ts";
import type { Sink } from "./sink.ts";
import { readContents, type ColumnSum, type Contents } from "./verify-contents.ts";

/** What can be wrong with a dataset-hour. */
export type Problem =
  | "missing-hour"
  | "bad-manifest"
  | "missing-object"
  | "size"
  | "sha256"
  | "unreadable-file"
  | "schema"
  | "rows"
  | "totals"
  | "foreign-rows"
  | "duplicate-rows"
  | "unanswered-queries"
  | "source-sums"
  | "missing-containers"
  | "missing-gpus"
  | "cross-check"
  | "no-source-data"
  | "stale"
  | "uncommitted-object"
  | "unknown-object";

/** What is wrong with one object. */
export interface ObjectProblem {
  readonly problem: Problem;
  readonly detail: string;
}

// Of the sum of the absolute values. Both sides add in the order of the rows; this leaves room for another order, of a
// million rows and more, and is far below the smallest amount that a row can hold.
const RELATIVE_TOLERANCE = 1e-9;

/** What a manifest itself says is wrong. */
export function checkManifest(manifest: Manifest): ObjectProblem[] {
  const problems: ObjectProblem[] = [];
  const { queries, totals } = manifest;
  if (queries.answered < queries.expected) {
    const detail = `only ${queries.answered} of ${queries.expected} queries were answered`;
    problems.push({ problem: "unanswered-queries", detail });
  }
  if (manifest.object) return problems;
  for (const [name, total] of Object.entries(totals)) {
    if (total !== 0)
      problems.push({ problem: "totals", detail: `"${name}" is ${total} in an hour without rows` });
  }
  return problems;
}

/** What is wrong with the data object of a manifest. */
export async function checkObject(
  sink: Sink,
  manifest: Manifest,
  object: ManifestObject,
  subject: FileSubject,
): Promise<ObjectProblem[]> {
  const bytes = await sink.read(object.key);
  if (!bytes) return [{ problem: "missing-object", detail: "the manifest names it, but it is not there" }];
  const problems: ObjectProblem[] = [];
  if (bytes.length !== object.bytes) {
    problems.push({
      problem: "size",
      detail: `it has ${bytes.length} bytes, the manifest says ${object.bytes}`,
    });
  }
  const sha256 = sha256Of(bytes);
  if (sha256 !== object.sha256) {
    problems.push({
      problem: "sha256",
      detail: `its sha256 is ${sha256}, the manifest says ${object.sha256}`,
    });
  }
  try {
    const footer = readFooter(bytes);
    problems.push(...footerProblems(footer, manifest, subject));
    // A damaged file's contents say nothing more than its checksum did.
    if (problems.length === 0)
      problems.push(...contentProblems(await readContents(bytes, subject), manifest));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({ problem: "unreadable-file", detail: `it cannot be read as Parquet: ${reason}` });
  }
  return problems;
}

function footerProblems(footer: Footer, manifest: Manifest, subject: FileSubject): ObjectProblem[] {
  const problems: ObjectProblem[] = [];
  const mismatch = footerMismatch(footer, subject);
  if (mismatch !== undefined) problems.push({ problem: "schema", detail: mismatch });
  if (footer.rows !== manifest.rows) {
    problems.push({
      problem: "rows",
      detail: `it holds ${footer.rows} rows, the manifest says ${manifest.rows}`,
    });
  }
  return problems;
}

function contentProblems(contents: Contents, manifest: Manifest): ObjectProblem[] {
  return [
    ...contents.foreign.map((detail): ObjectProblem => ({ problem: "foreign-rows", detail })),
    ...contents.duplicates.map((detail): ObjectProblem => ({ problem: "duplicate-rows", detail })),
    ...totalProblems(contents.sums, manifest.totals),
  ];
}

function totalProblems(sums: Contents["sums"], totals: Manifest["totals"]): ObjectProblem[] {
  // A column that older files lack is missing in their manifests, too.
  const names = [...new Set([...sums.keys(), ...Object.keys(totals)])];
  return names
    .filter((name) => !isClose(sums.get(name), totals[name]))
    .map((name) => ({
      problem: "totals",
      detail: `its "${name}" sums to ${sums.get(name)?.sum ?? "nothing"}, the manifest says ${totals[name] ?? "nothing"}`,
    }));
}

function isClose(found: ColumnSum | undefined, wanted: number | undefined): boolean {
  if (found === undefined || wanted === undefined) return false;
  return Math.abs(found.sum - wanted) <= RELATIVE_TOLERANCE * found.magnitude;
}
