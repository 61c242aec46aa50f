import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a Lambda answered. */
export interface Invocation {
  /** Set when the handler threw. */
  readonly error: string | undefined;
  readonly payload: unknown;
}

/** Invokes a function of the emulator, as the service that fires a rule does. The emulator asks for no signature. */
export async function invokeFunction(url: string, name: string, event: unknown): Promise<Invocation> {
  const response = await fetch(`${url}/2015-03-31/functions/${name}/invocations`, {
    method: "POST",
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(120_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`invoking "${name}" was answered with ${response.status}: ${text}`);
  const payload: unknown = text === "" ? null : JSON.parse(text);
  return { error: response.headers.get("x-amz-function-error") ?? undefined, payload };
}

/** How many targets a scheduled rule has: with none it fires into the void. */
export async function countTargets(url: string, rule: string): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSEvents.ListTargetsByRule",
    },
    body: JSON.stringify({ Rule: rule }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`the targets of rule "${rule}" were answered with ${response.status}: ${text}`);
  return (JSON.parse(text) as { Targets: unknown[] }).Targets.length;
}

/** Base64 sha256 of the code that a function runs. */
export async function deployedCodeSha256(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/2015-03-31/functions/${name}`);
  const { Configuration } = (await response.json()) as { Configuration: { CodeSha256: string } };
  return Configuration.CodeSha256;
}

/** Base64 sha256 of a file. */
export function fileSha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("base64");
}

/** What a scheduled rule sends. */
export const SCHEDULED_EVENT = {
  version: "0",
  "detail-type": "Scheduled Event",
  source: "aws.events",
  resources: [],
  detail: {},
} as const;
