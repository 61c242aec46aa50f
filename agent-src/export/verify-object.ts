import type { Manifest, ManifestObject } from "../../contract/manifest.ts";
import { footerMismatch, readFooter, readTotals, sha256Of, type Footer } from "./parquet-read.ts";
import type { FileSubject } from "./parquet-schema.ts";
import type { Sink } from "./sink.ts";

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
  | "uncommitted-object"
  | "unknown-object";

/** What is wrong with one object. */
export interface ObjectProblem {
  readonly problem: Problem;
  readonly detail: string;
}

// Sums are made in the order of the rows on both sides; this leaves room for another implementation's order.
const RELATIVE_TOLERANCE = 1e-9;

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
    // A damaged file's sums say nothing more than its checksum did.
    if (problems.length === 0) {
      problems.push(...totalProblems(await readTotals(bytes, subject.dataset), manifest));
    }
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

function totalProblems(found: Readonly<Record<string, number>>, manifest: Manifest): ObjectProblem[] {
  return Object.entries(manifest.totals)
    .filter(([name, wanted]) => !isClose(found[name], wanted))
    .map(([name, wanted]) => ({
      problem: "totals",
      detail: `its "${name}" sums to ${found[name] ?? "nothing"}, the manifest says ${wanted}`,
    }));
}

function isClose(found: number | undefined, wanted: number): boolean {
  if (found === undefined) return false;
  return Math.abs(found - wanted) <= RELATIVE_TOLERANCE * Math.max(Math.abs(found), Math.abs(wanted));
}
