import { join } from "node:path";
import { runCommand } from "../ground/command.ts";

/** A certificate and its key, as files. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const KIND = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

/** Makes a certificate authority of its own. */
export async function makeAuthority(directory: string, name: string): Promise<Pair> {
  const pair = pairIn(directory, name);
  await make(pair, ["-subj", `/CN=${name}`]);
  return pair;
}

/** Makes a certificate that `authority` signs. */
export async function makeSigned(
  directory: string,
  name: string,
  authority: Pair,
  altName = "IP:127.0.0.1",
): Promise<Pair> {
  const pair = pairIn(directory, name);
  const signed = ["-CA", authority.cert, "-CAkey", authority.key];
  const extensions = [`subjectAltName=${altName}`, "basicConstraints=critical,CA:FALSE"];
  await make(pair, ["-subj", `/CN=${name}`, ...signed, ...extensions.flatMap((text) => ["-addext", text])]);
  return pair;
}

function pairIn(directory: string, name: string): Pair {
  return { cert: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

async function make({ cert, key }: Pair, args: readonly string[]): Promise<void> {
  await runCommand("openssl", ["req", "-x509", ...KIND, ...args, "-keyout", key, "-out", cert]);
}
