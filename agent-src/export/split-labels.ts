/** Labels by which a query may be asked in parts, in the order in which they are tried. */
const CANDIDATES = ["namespace", "node", "instance", "persistentvolume"] as const;

const AGGREGATIONS = new Set(["sum", "min", "max", "avg", "count", "group", "stddev", "stdvar", "quantile"]);

/** Functions whose result for a series is made of that series alone, and keeps its labels but the name. */
const BY_SERIES =
  /^(?:\w+_over_time|rate|irate|increase|delta|idelta|deriv|changes|resets|timestamp|time|abs|ceil|floor|round|clamp|clamp_min|clamp_max|last_over_time)$/;

/** `absent_over_time` invents a series where there is none: in each part that has none. */
const INVENTS_SERIES = /^absent/;

const OPERATORS = new Set(["and", "or", "unless", "bool", "offset"]);

const TOKEN = /"(?:[^"\\]|\\.)*"|\{[^{}]*\}|\[[^\]]*\]|[a-zA-Z_:][\w:]*|\d[\w.]*|\S/g;

/**
 * Labels by which a query can be asked in parts without changing its answer: each series that comes out is made of
 * series that have the same value of the label. So each aggregation and each match of two sides must keep the label,
 * and no function may look beyond a series. What is not understood cannot be split: then there are none.
 */
export function splitLabels(promql: string): string[] {
  const tokens = promql.match(TOKEN) ?? [];
  let labels: readonly string[] = CANDIDATES;
  for (const [at, token] of tokens.entries()) {
    if (!/^[a-zA-Z_:]/.test(token) || isListed(tokens, at) || OPERATORS.has(token)) continue;
    labels = labels.filter((label) => keepsLabel(tokens, at, label));
  }
  return [...labels];
}

/** Whether the word at `at` keeps a label apart. */
function keepsLabel(tokens: readonly string[], at: number, label: string): boolean {
  const token = tokens[at] ?? "";
  switch (token) {
    case "by":
    case "on":
      return listAfter(tokens, at).includes(label);
    case "without":
    case "ignoring":
    case "group_left":
    case "group_right":
      return !listAfter(tokens, at).includes(label);
  }
  if (AGGREGATIONS.has(token)) return isGrouped(tokens, at);
  if (tokens[at + 1] === "(") return BY_SERIES.test(token) && !INVENTS_SERIES.test(token);
  return tokens[at + 1]?.startsWith("{") ?? false; // a metric, with the placeholder of its matchers
}

/** Whether an aggregation says by what, before or after what it aggregates. */
function isGrouped(tokens: readonly string[], at: number): boolean {
  const next = tokens[at + 1] ?? "";
  if (next === "by" || next === "without") return true;
  const after = tokens[closing(tokens, at + 1) + 1] ?? "";
  return after === "by" || after === "without";
}

/** Where the parenthesis that opens at `open` closes. */
function closing(tokens: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at] === "(") depth++;
    if (tokens[at] === ")" && --depth === 0) return at;
  }
  return tokens.length;
}

function listAfter(tokens: readonly string[], at: number): string[] {
  return tokens[at + 1] === "(" ? tokens.slice(at + 2, closing(tokens, at + 1)) : [];
}

/** Whether the word at `at` is one of a list of labels. */
function isListed(tokens: readonly string[], at: number): boolean {
  let before = at - 1;
  while (before >= 0 && /^(?:[a-zA-Z_]\w*|,)$/.test(tokens[before] ?? "") && tokens[before + 1] !== "(")
    before--;
  const opener = tokens[before - 1] ?? "";
  return (
    tokens[before] === "(" &&
    ["by", "without", "on", "ignoring", "group_left", "group_right"].includes(opener)
  );
}
