import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { closeServer, listenOn, portOf, type LoopbackServer } from "./loopback.ts";

/** A server that ends TLS in front of another one. */
export interface TlsFront extends LoopbackServer {
  /** The certificate that a client has to trust. */
  readonly certificate: string;
}

/** Puts TLS in front of the server at `target`, which is told so by `x-forwarded-proto`. */
export async function startTlsFront(directory: string, target: string): Promise<TlsFront> {
  const { certificate, key } = await writeCertificate(directory);
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key), minVersion: "TLSv1.2" },
    (incoming, outgoing) => {
      const headers = { ...incoming.headers, "x-forwarded-proto": "https" };
      const forwarded = request(
        new URL(incoming.url ?? "/", target),
        { method: incoming.method, headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      forwarded.on("error", () => outgoing.writeHead(502).end());
      incoming.pipe(forwarded);
    },
  );
  await listenOn(server);
  return { url: `https://127.0.0.1:${portOf(server)}`, certificate, stop: () => closeServer(server) };
}

/** Files of a certificate that a server on this machine can show, and of its key. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate of the loopback address, for two days. */
export async function writeCertificate(directory: string): Promise<CertificateFiles> {
  const certificate = join(directory, "tls.crt");
  const key = join(directory, "tls.key");
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await runCommand("openssl", ["req", "-x509", ...kind, ...names, "-keyout", key, "-out", certificate]);
  return { certificate, key };
}
