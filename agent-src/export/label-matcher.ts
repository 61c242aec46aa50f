/** A condition on one label of a series: `cluster="prod"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  /** As it is meant, without quotes and escapes. */
  readonly value: string;
}

/** A matcher as PromQL has it: `cluster="prod"`. */
export function formatMatcher({ label, op, value }: LabelMatcher): string {
  // PromQL's double-quoted strings have Go's escapes, of which JSON's are a part.
  return `${label}${op}${JSON.stringify(value)}`;
}

const FORM = 'use label="value" with =, !=, =~ or !~, as in cluster="prod", and commas between several';

const LABEL_AND_OP = /\s*([^\s=!~,{}"']+)\s*(=~|!~|!=|=)\s*/y;
/** Shells take quotes away, so simple values need none. */
const VALUE = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,"'`{}\\=]+)\s*(?:,\s*|$)/y;

/**
 * Reads a comma list of label matchers: `cluster="prod",env!~"test|dev"`.
 * @throws Error that says what is wrong with which text
 */
export function parseMatchers(text: string): LabelMatcher[] {
  if (/^\s*\{/.test(text)) throw new Error(`"${text}" has braces around it; leave them out`);
  const matchers: LabelMatcher[] = [];
  let at = 0;
  do {
    LABEL_AND_OP.lastIndex = at;
    const [, label, op] = LABEL_AND_OP.exec(text) ?? [];
    VALUE.lastIndex = LABEL_AND_OP.lastIndex;
    const [, value] = label === undefined ? [] : (VALUE.exec(text) ?? []);
    if (label === undefined || value === undefined)
      throw new Error(`"${text}" is not a label matcher; ${FORM}`);
    matchers.push(checkMatcher({ label, op: op as LabelMatcher["op"], value: unquote(value) }));
    at = VALUE.lastIndex;
  } while (at < text.length);
  return matchers;
}

function checkMatcher(matcher: LabelMatcher): LabelMatcher {
  const { label, op, value } = matcher;
  if (label === "__name__") {
    throw new Error(`"${label}" is the metric's name, which each query sets itself; name another label`);
  }
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) {
    throw new Error(`"${label}" is not a label name; use letters, digits and "_", no digit first`);
  }
  if (op === "=~" || op === "!~") checkPattern(label, value);
  return matcher;
}

function checkPattern(label: string, pattern: string): void {
  try {
    // Prometheus' regular expressions may begin with flags, which JavaScript's have not.
    new RegExp(pattern.replace(/^\(\?[imsU]+\)/, ""));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^.*: /, "") : String(cause);
    throw new Error(`"${pattern}" of the label "${label}" is not a regular expression: ${reason}`, { cause });
  }
}

function unquote(text: string): string {
  if (!/^["']/.test(text)) return text;
  const inner = text.slice(1, -1);
  const json = text.startsWith("'") ? inner.replaceAll("\\'", "'").replaceAll(/(?<!\\)"/g, '\\"') : inner;
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch (cause) {
    throw new Error(`${text} has a backslash that begins no escape; write it as "\\\\"`, { cause });
  }
}
