import { OverloadedError } from "./errors.ts";
import type { LabelMatcher } from "./label-matcher.ts";

/** How one query is asked, as a whole or in parts. */
export interface PartedQuery<T> {
  /** Labels by which its answer may be put together from parts; see {@link splitLabels}. */
  readonly labels: readonly string[];
  /** Asks for the series to which all the matchers apply. */
  ask(matchers: readonly LabelMatcher[]): AsyncIterable<T>;
  /** Values that a label has, as far as they are known: series with others are in a part of their own. */
  labelValues(label: string): Promise<readonly string[]>;
  /** What is left to try where no label divides the series further. */
  lastResort?(matchers: readonly LabelMatcher[]): AsyncIterable<T>;
  /** Told once, after the last series, in how many parts the answer came. */
  onSplit(parts: number, labels: readonly string[]): void;
}

/** Requests for one query, those that were refused included. */
const MOST_REQUESTS = 64;

/** Series that are asked for together. */
interface Part {
  /** Matchers of labels that divide no further. */
  readonly fixed: readonly LabelMatcher[];
  /** The label that divides, with the values that are in this part. */
  readonly group?: { readonly label: string; readonly values: readonly string[] };
  /** Labels that were not yet tried. */
  readonly labels: readonly string[];
}

/**
 * The answer to a query; where the source gives up on it, it is asked again in halves, and in halves of these, by the
 * values of a label, and of the next one. The parts are disjoint and together they are the whole: the values are listed
 * in the halves, and one part more has all others and the series without the label.
 * @throws OverloadedError when the source gives up on what cannot be divided, or on 64 requests
 */
export async function* askInParts<T>(query: PartedQuery<T>): AsyncGenerator<T, void, undefined> {
  const progress: Progress = { requests: 0, answered: 0, used: new Set() };
  yield* askPart(query, { fixed: [], labels: query.labels }, progress);
  if (progress.answered > 1 || progress.used.size > 0) query.onSplit(progress.answered, [...progress.used]);
}

interface Progress {
  requests: number;
  answered: number;
  readonly used: Set<string>;
}

async function* askPart<T>(
  query: PartedQuery<T>,
  part: Part,
  progress: Progress,
): AsyncGenerator<T, void, undefined> {
  let isBegun = false;
  progress.requests++;
  try {
    for await (const item of query.ask(matchersOf(part))) {
      isBegun = true;
      yield item;
    }
    progress.answered++;
    return;
  } catch (error) {
    // What was handed out cannot be taken back.
    if (isBegun || !(error instanceof OverloadedError) || progress.requests >= MOST_REQUESTS) throw error;
    const smaller = await divide(query, part, progress);
    if (!smaller && !query.lastResort) throw error;
    if (!smaller) {
      progress.used.add("time");
      yield* query.lastResort?.(matchersOf(part)) ?? [];
      progress.answered++;
      return;
    }
    for (const each of smaller) yield* askPart(query, each, progress);
  }
}

async function divide<T>(
  query: PartedQuery<T>,
  part: Part,
  progress: Progress,
): Promise<readonly Part[] | undefined> {
  const { group, labels } = part;
  if (group && group.values.length > 1) return halves(part.fixed, group, labels);
  const fixed = matchersOf(part);
  for (const [at, label] of labels.entries()) {
    const values = [...(await query.labelValues(label))].filter((value) => value !== "").sort(byHash);
    if (values.length === 0) continue;
    progress.used.add(label);
    const rest = labels.slice(at + 1);
    return [
      ...halves(fixed, { label, values }, rest),
      { fixed: [...fixed, valuesMatcher(label, "!~", values)], labels: rest },
    ];
  }
  return undefined;
}

function halves(
  fixed: readonly LabelMatcher[],
  { label, values }: NonNullable<Part["group"]>,
  labels: readonly string[],
): Part[] {
  const middle = Math.ceil(values.length / 2);
  return [values.slice(0, middle), values.slice(middle)]
    .filter((half) => half.length > 0)
    .map((half) => ({ fixed, group: { label, values: half }, labels }));
}

function matchersOf({ fixed, group }: Part): LabelMatcher[] {
  return group ? [...fixed, valuesMatcher(group.label, "=~", group.values)] : [...fixed];
}

function valuesMatcher(label: string, op: "=~" | "!~", values: readonly string[]): LabelMatcher {
  return { label, op, value: [...values].sort().map(escapeRegex).join("|") };
}

/** RE2, which Prometheus anchors at both ends, takes a backslash before any punctuation. */
function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}

/** Neighbours in the alphabet are of one team, and of one size: they are spread over the halves. */
function byHash(a: string, b: string): number {
  return hash(a) - hash(b) || (a < b ? -1 : 1);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}
