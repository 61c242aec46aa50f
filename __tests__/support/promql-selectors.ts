/** A place of a PromQL expression where series are selected. */
export interface Selector {
  readonly metric: string;
  /** Each as written, without spaces: `cluster="x"`. */
  readonly matchers: readonly string[];
}

/** Words that are no metric where they stand, and those of them that a list of labels follows. */
const BEFORE_LABELS = new Set(["by", "without", "on", "ignoring", "group_left", "group_right"]);
const OPERATORS = new Set(["and", "or", "unless", "bool", "offset", "atan2"]);

const TOKEN =
  /\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\[[\w.:]+\]|[a-zA-Z_:][\w:]*|\d[\w.]*|[=!]~|[=!<>]=|[-+*/%^(){},=<>@]/y;

/**
 * Every selector of a PromQL expression, in order. Knows the part of the language that the dictionary uses, reads each
 * character of the text, and throws where it does not understand one, so that nothing is passed over.
 */
export function selectorsOf(promql: string): Selector[] {
  const tokens = tokensOf(promql);
  const selectors: Selector[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at] ?? "";
    const next = tokens[at + 1];
    if (token === "{") throw new Error(`a selector without a name: ${promql}`);
    if (!/^[a-zA-Z_:]/.test(token)) at += 1;
    else if (BEFORE_LABELS.has(token) && next === "(") at = closing(tokens, ")", at) + 1;
    else if (OPERATORS.has(token) || next === "(" || next === "by" || next === "without") at += 1;
    else if (next === "{") {
      const end = closing(tokens, "}", at);
      selectors.push({ metric: token, matchers: matchersOf(tokens.slice(at + 2, end)) });
      at = end + 1;
    } else {
      selectors.push({ metric: token, matchers: [] });
      at += 1;
    }
  }
  return selectors;
}

function closing(tokens: readonly string[], bracket: string, from: number): number {
  const at = tokens.indexOf(bracket, from);
  if (at < 0) throw new Error(`no "${bracket}" after ${tokens.slice(from).join(" ")}`);
  return at;
}

function tokensOf(promql: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < promql.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(promql)?.[0];
    if (token === undefined) throw new Error(`not understood at ${at}: ${promql.slice(at)}`);
    if (token.trim() !== "") tokens.push(token);
  }
  return tokens;
}

function matchersOf(tokens: readonly string[]): string[] {
  if (tokens.length === 0) return [];
  const matchers: string[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [label = "", op = "", value = "", comma = ","] = tokens.slice(at, at + 4);
    if (!/^[a-zA-Z_]\w*$/.test(label) || !/^[=!][=~]?$/.test(op) || !/^["'`]/.test(value) || comma !== ",") {
      throw new Error(`no matcher: ${tokens.slice(at, at + 4).join("")}`);
    }
    matchers.push(`${label}${op}${value}`);
  }
  return matchers;
}
