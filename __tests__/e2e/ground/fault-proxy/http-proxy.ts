import { request as requestHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { serveLoopback, type LoopbackServer } from "../loopback.ts";

/** What goes wrong with a request. */
export type HttpFault =
  /** The server never sees it; the client is refused with the error that S3 gives under load. */
  | "slow-down"
  /** The server does it, and the connection breaks off before it can say so. */
  | "lose-answer"
  /** The server does it; half of its answer arrives, and then the connection breaks off. */
  | "truncate"
  /** As before, but the connection is reset. */
  | "reset";

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

const SLOW_DOWN = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`;

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
    if (fault === "slow-down") {
      broken.push({ ...passing, fault, status: 0 });
      return void outgoing.writeHead(503, { "content-type": "application/xml" }).end(SLOW_DOWN);
    }
    const answer = await pass(target, incoming, body);
    const status = answer.head.statusCode ?? 502;
    if (fault !== undefined) broken.push({ ...passing, fault, status });
    if (fault === "lose-answer") return void outgoing.destroy();
    outgoing.writeHead(status, endToEnd(answer.head.rawHeaders));
    if (fault === undefined) return void outgoing.end(answer.body);
    const { socket } = outgoing;
    outgoing.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => {
      if (fault === "reset") socket?.resetAndDestroy();
      else outgoing.destroy();
    });
  };
  const server = await serveLoopback((incoming, outgoing) => {
    // A server that is gone looks to the client as it would without the proxy.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  return { ...server, broken };
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
