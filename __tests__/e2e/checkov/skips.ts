import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isScalar, isSeq, parseDocument } from "yaml";

/** The configuration with every rule that is not held, as checkov reads it. */
export const CHECKOV_CONFIG = join(import.meta.dirname, "../../../.checkov.yaml");

/** A rule that is not held, and why. */
export interface Skip {
  readonly id: string;
  readonly reason: string;
}

/** The skips of `.checkov.yaml`: each an id below a comment that gives its reason. */
export function readSkips(): Skip[] {
  const list = parseDocument(readFileSync(CHECKOV_CONFIG, "utf8")).get("skip-check");
  if (!isSeq(list)) throw new Error('".checkov.yaml" has no list "skip-check"');
  return list.items.map((item, index) => {
    if (!isScalar(item)) throw new Error(`skip-check[${index}] is no id`);
    // The parser gives the comment before a list's first item to the list.
    const comment = index === 0 ? list.commentBefore : item.commentBefore;
    return { id: String(item.value), reason: (comment ?? "").trim() };
  });
}
