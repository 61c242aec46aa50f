const ESCAPE = "\u001b";

/** The colours and weights that picocolors writes; not "hidden" (8), which nobody asks for. */
const STYLE = /^\[(?:[0-7]|9|[2-49]\d|10[0-7])m$/;

/** Control characters, C0 and C1, without line break and tab, and what may make one a style. */
const CONTROL = /(?!\r\n)([^\P{Cc}\n\t])(\[\d{1,3}m)?/gu;

/**
 * Text as it may go to a terminal: control characters are written out (`\u001b`), because texts of servers are in it,
 * which could otherwise move the cursor, set the title or fill the clipboard. Colours stay.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (found: string, control: string, rest = "") =>
    control === ESCAPE && STYLE.test(rest) ? found : `${writtenOut(control)}${rest}`,
  );
}

/** JSON text whose strings have no control character as such; JSON.stringify leaves those from DEL on. */
export function printableJson(json: string): string {
  return json.replace(/[^\P{Cc}\n]/gu, writtenOut);
}

function writtenOut(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
