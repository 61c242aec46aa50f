import { readFileSync } from "node:fs";
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { TLSSocket } from "node:tls";
import { closeServer, listenOn, portOf, type LoopbackServer } from "../ground/loopback.ts";
import type { SignedRequest } from "../../support/sigv4.ts";
import type { Pair } from "./certificates.ts";

/** Decides by a whole request whether it may pass; a text is why not. */
export type Guard = (request: SignedRequest) => string | undefined;

/** A server that ends TLS in front of another one, and asks who is there. */
export interface GuardedFront extends LoopbackServer {
  /** Common names of the client certificates that were shown, one for each request. */
  readonly clients: readonly string[];
}

/** Puts TLS before `target`. With `clientAuthority`, only clients with a certificate that it signed may come in. */
export async function startGuardedFront(
  target: string,
  own: Pair,
  options: { readonly clientAuthority?: Pair; readonly guard?: Guard },
): Promise<GuardedFront> {
  const { clientAuthority, guard } = options;
  const clients: string[] = [];
  const mutual = clientAuthority
    ? { ca: readFileSync(clientAuthority.cert), requestCert: true, rejectUnauthorized: true }
    : {};
  const server = createServer(
    { cert: readFileSync(own.cert), key: readFileSync(own.key), ...mutual },
    (incoming, outgoing) => {
      clients.push(String((incoming.socket as TLSSocket).getPeerCertificate().subject?.CN ?? ""));
      let body = "";
      incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
      incoming.on("end", () => pass(incoming, body, outgoing, target, guard));
    },
  );
  await listenOn(server);
  return { url: `https://127.0.0.1:${portOf(server)}`, clients, stop: () => closeServer(server) };
}

function pass(
  incoming: IncomingMessage,
  body: string,
  outgoing: ServerResponse,
  target: string,
  guard: Guard | undefined,
): void {
  const { method = "", url = "", headers } = incoming;
  const reason = guard?.({ method, url, headers, body });
  if (reason !== undefined) {
    outgoing.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ message: reason }));
    return;
  }
  const forwarded = request(new URL(url, target), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.on("error", () => outgoing.writeHead(502).end());
  forwarded.end(body);
}
