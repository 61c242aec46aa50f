import { createHmac } from "node:crypto";
import { allowing, refusing, type KeySpelling, type MatchKey } from "./label-keys.ts";
import { DEFAULT_LABEL_SETTINGS, LAST_APPLIED, type LabelSettings } from "./label-settings.ts";

/** Labels or annotations; which list of allowed keys counts. */
export type LabelPart = "labels" | "annotations";

/** Told of what the size limits took. */
export interface SizeTally {
  /** The value of a key was cut. */
  cut(key: string): void;
  /** An object had this many keys too many. */
  leftOut(keys: number): void;
}

/** What of one object is kept. See {@link LabelSettings}. */
export type SizeLimits = Pick<LabelSettings, "maxValueLength" | "maxKeys">;

/** What becomes of a label: its value, the value's hash, or nothing. */
export type LabelFate = "keep" | "hash" | "leave out";

/** The settings, ready to be applied. Everything that exports labels goes through it. */
export interface LabelFilter {
  readonly limits: SizeLimits;
  fateOf(part: LabelPart, key: string, spelling: KeySpelling): LabelFate;
  /** `sha256:` and the first 32 hexadecimal digits of the value's HMAC-SHA-256. */
  hash(value: string): string;
  /**
   * What is exported, as a JSON object with its keys in the order of their code units; `{}` when nothing is.
   * @throws Error when a value is no text
   */
  text(
    part: LabelPart,
    values: Readonly<Record<string, unknown>>,
    spelling: KeySpelling,
    tally: SizeTally,
  ): string;
}

/** A cluster has some hundred keys; whoever makes a new key for each object is not remembered. */
const MAX_REMEMBERED = 10_000;
const HASH_DIGITS = 32;

/** Prepares the settings. Equal settings and labels give equal text, on every runtime. */
export function createLabelFilter(settings: LabelSettings): LabelFilter {
  const fateOf = remembering(fates(settings));
  const hash = (value: string): string =>
    `sha256:${createHmac("sha256", settings.hashKey).update(value, "utf8").digest("hex").slice(0, HASH_DIGITS)}`;
  const textOf = (key: string, value: unknown, isHashed: boolean, tally: SizeTally): string => {
    if (typeof value !== "string") {
      throw new Error(
        `The value of the label "${key}" is ${JSON.stringify(value)?.slice(0, 60)}, expected text`,
      );
    }
    if (isHashed) return hash(value);
    if (value.length <= settings.maxValueLength) return value;
    tally.cut(key);
    return cutText(value, settings.maxValueLength);
  };
  return {
    limits: { maxValueLength: settings.maxValueLength, maxKeys: settings.maxKeys },
    fateOf,
    hash,
    text(part, values, spelling, tally) {
      const kept = Object.keys(values).filter((key) => fateOf(part, key, spelling) !== "leave out");
      // Text is built here, because an object would put keys like "10" first.
      kept.sort();
      if (kept.length > settings.maxKeys) tally.leftOut(kept.length - settings.maxKeys);
      const members = kept.slice(0, settings.maxKeys).map((key) => {
        const isHashed = fateOf(part, key, spelling) === "hash";
        return `${JSON.stringify(key)}:${JSON.stringify(textOf(key, values[key], isHashed, tally))}`;
      });
      return `{${members.join(",")}}`;
    },
  };
}

/** The filter of the default settings. */
export function defaultLabelFilter(clusterArn: string): LabelFilter {
  return createLabelFilter({ ...DEFAULT_LABEL_SETTINGS, hashKey: clusterArn });
}

function fates(settings: LabelSettings): LabelFilter["fateOf"] {
  const allowed: Readonly<Record<LabelPart, MatchKey>> = {
    labels: allowing(settings.allow),
    annotations: allowing(settings.annotationAllow),
  };
  const denied = refusing(settings.deny);
  const hashed = refusing(settings.hash);
  const isLastApplied = refusing([LAST_APPLIED]);
  return (part, key, spelling) => {
    if (!allowed[part](key, spelling) || denied(key, spelling) || isLastApplied(key, spelling))
      return "leave out";
    return hashed(key, spelling) ? "hash" : "keep";
  };
}

function remembering(fateOf: LabelFilter["fateOf"]): LabelFilter["fateOf"] {
  const known = new Map<string, LabelFate>();
  return (part, key, spelling) => {
    const name = `${part} ${spelling} ${key}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    const fate = fateOf(part, key, spelling);
    if (known.size < MAX_REMEMBERED) known.set(name, fate);
    return fate;
  };
}

/** The beginning of a text; half a character is left out, too. */
function cutText(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? length - 1 : length);
}
