/**
 * What runs inside of a Lambda: loads the handler that `_HANDLER` names from `LAMBDA_TASK_ROOT` and polls the Runtime API
 * for invocations, one after the other. As Lambda's own client for Node.js does, without its extras. It imports nothing of
 * ours, so that a process holds it and the handler, and nothing more. The `usage-` headers are what Lambda would print in
 * its REPORT line.
 */
import { request, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

type Handler = (event: unknown, context: object) => unknown;

const API = `http://${process.env["AWS_LAMBDA_RUNTIME_API"]}/2018-06-01/runtime`;

async function send(
  method: "GET" | "POST",
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<{ headers: IncomingMessage["headers"]; body: string }> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${API}${path}`, { method, headers }, resolve).once("error", reject).end(body);
  });
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += String(chunk);
  return { headers: answer.headers, body: text };
}

function describeError(error: unknown): string {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({ errorType: name, errorMessage: message, stackTrace: stack?.split("\n") ?? [] });
}

async function reportError(path: string, error: unknown): Promise<void> {
  const type = error instanceof Error ? error.name : "Error";
  await send("POST", path, { "lambda-runtime-function-error-type": type, ...usage() }, describeError(error));
}

function usage(): Record<string, string> {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    "usage-peak-rss-kib": String(maxRSS),
    "usage-cpu-ms": String((userCPUTime + systemCPUTime) / 1000),
  };
}

function loadHandler(): Handler {
  const [file = "", name = ""] = (process.env["_HANDLER"] ?? "").split(".");
  const path = join(process.env["LAMBDA_TASK_ROOT"] ?? "", `${file}.js`);
  const handler = (createRequire(path)(path) as Record<string, unknown>)[name];
  if (typeof handler !== "function") throw new TypeError(`"${name}" of "${file}.js" is not a function`);
  return handler as Handler;
}

async function handleNext(handler: Handler, importMs: number): Promise<void> {
  const next = await send("GET", "/invocation/next", { "usage-import-ms": String(importMs), ...usage() });
  const id = String(next.headers["lambda-runtime-aws-request-id"]);
  const deadline = Number(next.headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId: id,
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    invokedFunctionArn: String(next.headers["lambda-runtime-invoked-function-arn"]),
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
  try {
    const answer = await handler(JSON.parse(next.body), context);
    await send("POST", `/invocation/${id}/response`, usage(), JSON.stringify(answer ?? null));
  } catch (error) {
    await reportError(`/invocation/${id}/error`, error);
  }
}

const before = performance.now();
let handler: Handler;
try {
  handler = loadHandler();
} catch (error) {
  await reportError("/init/error", error);
  process.exit(1);
}
const importMs = performance.now() - before;
for (;;) await handleNext(handler, importMs);
