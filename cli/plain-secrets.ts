import { parseBaseUrl } from "../agent-src/adapters/base-url.ts";
import type { SourceAccess } from "../agent-src/adapters/source-access.ts";
import type { SourceSettings } from "../agent-src/export/hourly.ts";

/** Loopback, RFC 1918, link-local and unique local addresses. */
const PRIVATE =
  /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\]$|\[f[cd][0-9a-f]{2}:|\[fe80:)/;

/** Notices of tokens and passwords that go over plain http to where others may read them; in a cluster http is usual. */
export function plainSecretNotices(sources: SourceSettings): string[] {
  return [
    ...noticeOf("--prometheus-url", sources.prometheusUrl, sources.prometheusAccess),
    ...noticeOf("--opencost-url", sources.openCostUrl, sources.openCostAccess),
  ];
}

function noticeOf(flag: string, text: string | undefined, access: SourceAccess | undefined): string[] {
  if (text === undefined) return [];
  const { href, authorization } = parseBaseUrl(text, flag);
  const kind = access?.auth?.kind;
  // A signature is no secret: it is good for one request.
  const isSecret = authorization !== undefined || kind === "bearer" || kind === "basic";
  const { protocol, hostname } = new URL(href);
  if (!isSecret || protocol !== "http:" || isNear(hostname)) return [];
  return [`${flag} "${href}" is http: the token or password is sent as plain text; use https`];
}

function isNear(host: string): boolean {
  const isSingleLabel = !host.includes(".") && !host.startsWith("["); // found by the cluster's search domains
  return isSingleLabel || PRIVATE.test(host) || /(?:\.localhost|\.svc(?:\..+)?)$/.test(host);
}
