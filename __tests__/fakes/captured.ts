import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerResponse } from "node:http";

/** What a real server answered, with the request that led to it. */
export interface Captured {
  readonly request: { readonly path: string; readonly params: Readonly<Record<string, string | number>> };
  readonly status: number;
  /** @default application/json */
  readonly contentType?: string;
  /** Text, or the parsed JSON. */
  readonly body: unknown;
}

const FIXTURES = join(import.meta.dirname, "../fixtures");

/** Reads `__tests__/fixtures/<name>.json`. */
export function readCaptured(name: string): Captured {
  return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), "utf8")) as Captured;
}

/** Sends a captured answer as it came. */
export function sendCaptured(response: ServerResponse, captured: Captured): void {
  const { body } = captured;
  response
    .writeHead(captured.status, { "content-type": captured.contentType ?? "application/json" })
    .end(typeof body === "string" ? body : JSON.stringify(body));
}
