import { readFile } from "node:fs/promises";
import { ConfigError } from "../export/errors.ts";
import type { OutgoingRequest } from "./http-transport.ts";
import { signerOf, type SigV4Settings } from "./sigv4.ts";
import { tlsReader, type TlsFiles, type TlsMaterial } from "./tls-files.ts";

/** As whom a source is asked. Secrets are in files, which are read at each request because mounted secrets rotate. */
export type SourceAuth =
  | { readonly kind: "bearer"; readonly tokenFile: string }
  | { readonly kind: "basic"; readonly user: string; readonly passwordFile: string }
  | ({ readonly kind: "sigv4" } & SigV4Settings);

/** How a source is entered. */
export interface SourceAccess {
  /** @default the user of the URL, if it has one */
  readonly auth?: SourceAuth;
  /** Value of `X-Scope-OrgID`; several tenants are joined by "|", as Mimir and Loki have it. */
  readonly tenant?: string;
  readonly tls?: TlsFiles;
}

/** Makes a request one that the source lets in. @throws ConfigError about a file or credentials */
export type Admit = (request: OutgoingRequest) => Promise<OutgoingRequest>;

/** Adds what `access` says to each request. Opens nothing before the first. */
export function admitterOf(access: SourceAccess): Admit {
  const readTls = access.tls && tlsReader(access.tls);
  const authorize = authorizerOf(access.auth);
  return async (request) => {
    const tls: TlsMaterial | undefined = await readTls?.();
    const tenant: Record<string, string> =
      access.tenant === undefined ? {} : { "x-scope-orgid": access.tenant };
    const headers = { ...request.headers, ...tenant, ...(await authorize(request)) };
    return { ...request, headers, ...(tls ? { tls } : {}) };
  };
}

function authorizerOf(
  auth: SourceAuth | undefined,
): (request: OutgoingRequest) => Promise<Readonly<Record<string, string>>> {
  switch (auth?.kind) {
    case undefined:
      return () => Promise.resolve({});
    case "bearer":
      return async () => {
        const token = await readSecret(auth.tokenFile, "bearer token file");
        // Node would refuse such a header, too, but with an error that is no help.
        if (!/^[\x21-\x7e]+$/.test(token)) {
          throw new ConfigError(
            `The bearer token file "${auth.tokenFile}" holds more than a token: spaces, line breaks or other characters that a token cannot have; leave only the token in it`,
          );
        }
        return { authorization: `Bearer ${token}` };
      };
    case "basic":
      return async () => {
        const password = await readSecret(auth.passwordFile, "password file");
        const encoded = Buffer.from(`${auth.user}:${password}`, "utf8").toString("base64");
        return { authorization: `Basic ${encoded}` };
      };
    case "sigv4":
      return signerOf(auth);
  }
}

async function readSecret(file: string, what: string): Promise<string> {
  let secret: string;
  try {
    secret = (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new ConfigError(`Cannot read the ${what} "${file}"; check its path and permissions`, { cause });
  }
  if (secret === "") throw new ConfigError(`The ${what} "${file}" is empty`);
  return secret;
}
