import { ConfigError, OverloadedError, TransientError } from "../export/errors.ts";

/** What messages say of the source that was asked. */
export interface AskedSource {
  /** `Prometheus` */
  readonly name: string;
  /** The flag that holds its URL: `--prometheus-url`. */
  readonly flag: string;
  /** Without credentials. */
  readonly href: string;
}

/** A source that could not be asked at all; only a ConfigError is pointless to repeat. */
export function unreachable(source: AskedSource, what: string, cause: unknown): ConfigError | TransientError {
  const { name, href, flag } = source;
  const start = `Cannot reach ${name} at "${href}" for ${what}: ${networkReason(cause)}`;
  const fix = tlsFix(source, codeOf(cause));
  return fix === undefined
    ? new TransientError(`${start}; check ${flag}`, { cause })
    : new ConfigError(`${start}; ${fix}`, { cause });
}

/** A source that did not answer, or not to its end, in time. */
export function tooSlow(source: AskedSource, what: string, seconds: number, cause: unknown): OverloadedError {
  const message = `${source.name} at "${source.href}" did not answer ${what} within ${seconds} s`;
  return new OverloadedError(message, { cause });
}

/** An answer that ended before its end. */
export function brokeOff(source: AskedSource, what: string, cause: unknown): TransientError {
  const message = `The answer of ${source.name} to ${what} broke off: ${networkReason(cause)}`;
  return new TransientError(message, { cause });
}

/** What happened, in the network's own words; an AggregateError of both IP families has a code and no text. */
function networkReason(error: unknown): string {
  const { message, code } = (error ?? {}) as { readonly message?: string; readonly code?: string };
  if (code === "Z_BUF_ERROR") return "its gzip stream is not complete";
  if (code?.startsWith("Z_")) return `its gzip stream is damaged (${message ?? code})`;
  if (message === "aborted") return "the connection was closed";
  if (isOpenSsl(code)) return reasonOfOpenSsl(message ?? "");
  return message || code || String(error);
}

/** OpenSSL's own line is `error:0A00010B:SSL routines:…:wrong version number:../deps/…:355:`, in C's terms. */
function reasonOfOpenSsl(message: string): string {
  return /SSL routines:[^:]*:([^:)]+)/.exec(message)?.[1] ?? message.split("\n")[0] ?? message;
}

function isOpenSsl(code: string | undefined): boolean {
  return code === "EPROTO" || (code?.startsWith("ERR_SSL") ?? false);
}

/** Names of OpenSSL's verification results, as Node gives them. */
const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_SIGNATURE_FAILURE",
]);

/** What to do about a TLS failure that will be the same a moment later; undefined for everything else. */
function tlsFix({ flag }: AskedSource, code: string): string | undefined {
  const other = (part: string): string => flag.replace(/url$/, part);
  if (UNTRUSTED.has(code)) return `name the CA that signed its certificate with ${other("ca-file")}`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `use a name of its certificate in ${flag}`;
  if (code === "CERT_HAS_EXPIRED") return "renew its certificate, or set this machine's clock";
  if (code === "CERT_NOT_YET_VALID") return "set this machine's clock";
  if (/CERTIFICATE|HANDSHAKE_FAILURE|UNKNOWN_CA/.test(code) && code.startsWith("ERR_SSL")) {
    return `it may want another client certificate; see ${other("cert-file")} and ${other("key-file")}`;
  }
  if (
    code === "ERR_SSL_WRONG_VERSION_NUMBER" ||
    code === "EPROTO" ||
    code === "ERR_SSL_PACKET_LENGTH_TOO_LONG"
  ) {
    return `check that ${flag} should begin with "https"`;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}
