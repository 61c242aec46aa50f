/** Markup that is safe to put into a page as it is. Made only by {@link html}, which escapes everything else. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text and numbers are escaped, markup is not, nothing is left out. */
export type Content = string | number | Markup | undefined | readonly Content[];

/**
 * A template of markup: `html\`<td>${value}</td>\``. Every value that is not markup itself is escaped.
 * The template's own indentation does not get into the page.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = withoutIndentation(literals[0]);
  values.forEach((value, index) => {
    text += render(value) + withoutIndentation(literals[index + 1]);
  });
  return new Markup(text);
}

function withoutIndentation(literal = ""): string {
  return literal.replace(/\s*\n\s*/g, "\n");
}

/** Text made safe for element content and for attributes in double or single quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function render(value: Content): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join("");
  return escapeHtml(String(value));
}
