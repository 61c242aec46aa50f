/** What of labels and annotations is exported. */
export interface LabelSettings {
  /** Keys of the labels to export: exact, or a beginning and `*`. */
  readonly allow: readonly string[];
  /** Keys that are left out in spite of `allow` and `annotationAllow`. */
  readonly deny: readonly string[];
  /** Keys whose values are replaced by a hash. */
  readonly hash: readonly string[];
  /** Key of the hash: a secret, or, for pseudonyms only, something that others know, too. */
  readonly hashKey: string | Uint8Array;
  /** Keys of the annotations to export. */
  readonly annotationAllow: readonly string[];
  /** UTF-16 code units of a value; the rest is cut off. A hashed value is never cut. */
  readonly maxValueLength: number;
  /** Keys of one object, in the order of their code units; the rest is left out. */
  readonly maxKeys: number;
}

/** An annotation that is never exported: kubectl writes the whole object into it, a Secret's values, too. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * All labels, no annotations. Kubernetes' own limit for a label's value is 63; the limits here are against what is no
 * label: whole documents in annotations.
 */
export const DEFAULT_LABEL_SETTINGS: Omit<LabelSettings, "hashKey"> = {
  allow: ["*"],
  deny: [],
  hash: [],
  annotationAllow: [],
  maxValueLength: 1024,
  maxKeys: 256,
};
