import { request as requestHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { serveLoopback, type LoopbackServer } from "../loopback.ts";

/** What goes wrong with a request. */
export type HttpFault =
  /** The server never sees it; the client is refused with the error that S3 gives under load. */
  | "slow-down"
  /** The server never sees it; the client is told of an internal error, with 500. */
  | "internal-error"
  /** The server does it, and the connection breaks off before it can say so. */
  | "lose-answer"
  /** The server does it; half of its answer arrives, and then the connection breaks off. */
  | "truncate"
  /** As before, but the connection is reset. */
  | "reset"
  /** The server does it, and nothing comes of its answer until the client gives up, or the connection does. */
  | "stall"
  /** The answer arrives whole, late and in two pieces. */
  | "slow";

/** A request on its way. */
export interface PassingRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** The how-many-th it is of its method and path, from 1 on: a retry has a higher one. */
  readonly attempt: number;
}

/** A proxy that breaks what it is told to break. */
export interface HttpFaultProxy extends LoopbackServer {
  /** What was broken so far, with the status that the server had given; 0 when it was not asked. */
  readonly broken: readonly (PassingRequest & { readonly fault: HttpFault; readonly status: number })[];
}

const REFUSALS = {
  "slow-down": { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
  "internal-error": { status: 500, code: "InternalError", message: "We encountered an internal error." },
} as const;

const STALL_MS = 4_000;
const SLOW_MS = 300;

interface Answer {
  readonly head: IncomingMessage;
  readonly body: Buffer;
}

/**
 * Passes requests on to the server at `target`, with the client's own Host header, which signatures cover, and breaks those for which `decide` names a fault.
 */
export async function startHttpFaultProxy(
  target: string,
  decide: (request: PassingRequest) => HttpFault | undefined | Promise<HttpFault | undefined>,
): Promise<HttpFaultProxy> {
  const attempts = new Map<string, number>();
  const broken: (PassingRequest & { fault: HttpFault; status: number })[] = [];
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/" } = incoming;
    const attempt = (attempts.get(`${method} ${path}`) ?? 0) + 1;
    attempts.set(`${method} ${path}`, attempt);
    const passing = { method, path, attempt };
    const body = await buffer(incoming);
    const fault = await decide(passing);
    if (fault === "slow-down" || fault === "internal-error") {
      broken.push({ ...passing, fault, status: 0 });
      return refuse(outgoing, fault);
    }
    const answer = await pass(target, incoming, body);
    if (fault !== undefined) broken.push({ ...passing, fault, status: answer.head.statusCode ?? 502 });
    await give(outgoing, answer, fault);
  };
  const server = await serveLoopback((incoming, outgoing) => {
    // A server that is gone looks to the client as it would without the proxy.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  return { ...server, broken };
}

function refuse(outgoing: ServerResponse, fault: keyof typeof REFUSALS): void {
  const { status, code, message } = REFUSALS[fault];
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  outgoing.writeHead(status, { "content-type": "application/xml" }).end(text);
}

async function give(
  outgoing: ServerResponse,
  { head, body }: Answer,
  fault: HttpFault | undefined,
): Promise<void> {
  if (fault === "stall") await goneOrAfter(outgoing, STALL_MS);
  // Half of a body without a byte would be all of it.
  const breaksOff = fault === "truncate" || fault === "reset";
  if (fault === "stall" || fault === "lose-answer" || (breaksOff && body.length < 2)) {
    return void outgoing.destroy();
  }
  if (fault === "slow") await goneOrAfter(outgoing, SLOW_MS);
  outgoing.writeHead(head.statusCode ?? 502, endToEnd(head.rawHeaders));
  if (fault === undefined) return void outgoing.end(body);
  const half = Math.floor(body.length / 2);
  const { socket } = outgoing;
  await new Promise<void>((resolve) => outgoing.write(body.subarray(0, half), () => resolve()));
  if (fault === "reset") socket?.resetAndDestroy();
  else if (fault === "truncate") outgoing.destroy();
  else {
    await goneOrAfter(outgoing, SLOW_MS);
    outgoing.end(body.subarray(half));
  }
}

async function goneOrAfter(outgoing: ServerResponse, milliseconds: number): Promise<void> {
  const gone = new Promise<void>((resolve) => outgoing.once("close", () => resolve()));
  await Promise.race([gone, sleep(milliseconds, undefined, { ref: false })]);
}

// Whether a connection stays open is between the two that hold it: RFC 9110, 7.6.1.
function endToEnd(rawHeaders: readonly string[]): string[] {
  const isKept = (name = ""): boolean => !/^(connection|keep-alive)$/i.test(name);
  return rawHeaders.filter((_, at) => isKept(rawHeaders[at - (at % 2)]));
}

async function pass(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const head = await new Promise<IncomingMessage>((resolve, reject) => {
    const { method, rawHeaders } = incoming;
    const outgoing = requestHttp(new URL(incoming.url ?? "/", target), { method, headers: rawHeaders });
    outgoing.on("response", resolve).on("error", reject);
    outgoing.end(body);
  });
  return { head, body: await buffer(head) };
}
