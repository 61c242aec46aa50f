import type { WriteCondition } from "../export/sink.ts";

/** Headers of a conditional write. */
export function conditionHeaders(condition: WriteCondition | undefined): {
  IfNoneMatch?: string;
  IfMatch?: string;
} {
  if (!condition) return {};
  return condition.kind === "absent" ? { IfNoneMatch: "*" } : { IfMatch: `"${condition.etag}"` };
}

/** Without the quotes that S3 puts around. */
export function bareEtag(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
