import type { ServerResponse } from "node:http";
import type { Span } from "./promql.ts";
import { parseWindow, windowText } from "./window.ts";

/**
 * The window that is asked for. One that cannot be read, that ends before it starts or that is empty has been answered
 * as OpenCost answers it: then there is nothing left to do, and undefined is returned.
 */
export function readWindow(query: URLSearchParams, response: ServerResponse): Span | undefined {
  const text = query.get("window") ?? "";
  const window = parseWindow(text);
  if (!window) {
    // OpenCost writes two bodies: the refusal of the parameter, then that of the empty window.
    const second = JSON.stringify({ code: 500, data: null, message: "illegal window: [nil, nil)" });
    sendText(response, 400, `Invalid 'window' parameter: illegal window: ${text}\n${second}\n`);
    return undefined;
  }
  if (window.start < window.end) return window;
  if (window.start > window.end) refuse(response, 500, `illegal window: ${windowText(window)}`);
  else sendJson(response, 200, { code: 200, data: [] });
  return undefined;
}

/** Answers with a JSON body. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  // Computing blocks this process for seconds, in which a kept connection would time out under its client.
  const headers = { "content-type": "application/json", connection: "close" };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/** Answers as OpenCost refuses. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { code: status, data: null, message });
}

/** Answers with plain text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
