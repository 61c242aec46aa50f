import { createInterface } from "node:readline/promises";
import { printable } from "../printable.ts";

/** Whether there is a person to ask. */
export function isSomebodyThere(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Why a command that asks first cannot start here; undefined when it can. `without` names the way to look only. */
export function whyNotAsking(
  command: string,
  flags: { readonly yes?: boolean; readonly dryRun?: boolean },
): string | undefined {
  if (flags.yes || flags.dryRun || isSomebodyThere()) return undefined;
  return `${command} asks before it changes anything, and there is no terminal to ask on; add --yes to do without, or --dry-run to see what it would do`;
}

/**
 * Shows `text` and asks, both on stderr, since stdout has the result only. Nothing but "yes" is consent, as with
 * `terraform apply`; the end of the input is none.
 */
export async function confirm(text: string, question: string): Promise<boolean> {
  process.stderr.write(`${printable(text)}\n\n`);
  // Without `terminal`, Ctrl-C stays a signal and ends the command, which has changed nothing yet.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const answer = await Promise.race([
      lines.question(`${question} Only "yes" is taken for consent: `),
      ended,
    ]);
    return answer.trim() === "yes";
  } finally {
    lines.close();
  }
}
