import { describe, expect, test } from "@jest/globals";
import type { Identity } from "../../../agent-src/doctor/context.ts";
import { ConfigError, TransientError } from "../../../agent-src/export/errors.ts";
import { findingsOf, GOOD, type Changes } from "../../fakes/doctor-context.ts";

function coded(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

/** As undici says it: wrapped twice. */
function unanswered(code: string, message = code): Identity {
  const cause = new TypeError("fetch failed", { cause: coded(code, message) });
  const failure = new TransientError("Cannot reach Prometheus", { cause });
  return { version: undefined, failure, answer: undefined };
}

function answered(status: number, contentType = "text/plain"): Identity {
  const failure = new ConfigError('"http://x" does not answer like a Prometheus');
  return { version: undefined, failure, answer: { status, contentType, aheadSeconds: 0 } };
}

function failing(part: "resolve" | "connect", error: Error): Changes {
  return {
    network: {
      [part]: async () => {
        throw error;
      },
    },
  };
}

const SECURE = { isSecure: true };

test.each<[string, string, Changes, string, RegExp, RegExp]>([
  [
    "an unknown host",
    "prometheus-dns",
    failing("resolve", coded("ENOTFOUND")),
    "problem",
    /host "prometheus.example" of Prometheus does not resolve \(ENOTFOUND\)/,
    /--prometheus-url.*<service>/,
  ],
  [
    "a resolver that is away",
    "opencost-dns",
    failing("resolve", coded("EAI_AGAIN")),
    "problem",
    /host "opencost.example" of OpenCost/,
    /port 53/,
  ],
  [
    "an unknown endpoint of S3",
    "sink-dns",
    { ...failing("resolve", coded("ENOTFOUND")), bucket: {} },
    "problem",
    /"s3.example" of S3/,
    /AWS_ENDPOINT_URL_S3/,
  ],
  [
    "a closed port",
    "prometheus-connection",
    failing("connect", coded("ECONNREFUSED")),
    "problem",
    /"prometheus.example:9090" \(ECONNREFUSED\)/,
    /nothing listens on port 9090/,
  ],
  [
    "lost packets",
    "opencost-connection",
    failing("connect", coded("ETIMEDOUT")),
    "problem",
    /ETIMEDOUT/,
    /NetworkPolicies/,
  ],
  [
    "a network without a route",
    "sink-connection",
    { ...failing("connect", coded("ENETUNREACH")), bucket: {} },
    "problem",
    /ENETUNREACH/,
    /routes/,
  ],
  [
    "a connection error without a name",
    "prometheus-connection",
    failing("connect", new Error("odd")),
    "problem",
    /\(odd\)/,
    /check --prometheus-url/,
  ],
  [
    "a self-signed certificate",
    "prometheus-tls",
    { endpoint: SECURE, identity: unanswered("DEPTH_ZERO_SELF_SIGNED_CERT") },
    "problem",
    /TLS with Prometheus at "prometheus.example" fails \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    /issuer is not known.*CA/,
  ],
  [
    "an unknown issuer, as Deno says it",
    "opencost-tls",
    { endpoint: SECURE, identity: unanswered("", "invalid peer certificate: UnknownIssuer") },
    "problem",
    /UnknownIssuer/,
    /CA/,
  ],
  [
    "an expired certificate",
    "prometheus-tls",
    { endpoint: SECURE, identity: unanswered("CERT_HAS_EXPIRED") },
    "problem",
    /CERT_HAS_EXPIRED/,
    /renew/,
  ],
  [
    "a certificate of tomorrow",
    "prometheus-tls",
    { endpoint: SECURE, identity: unanswered("CERT_NOT_YET_VALID") },
    "problem",
    /NOT_YET_VALID/,
    /clock/,
  ],
  [
    "a certificate of another host",
    "prometheus-tls",
    { endpoint: SECURE, identity: unanswered("ERR_TLS_CERT_ALTNAME_INVALID") },
    "problem",
    /ALTNAME/,
    /host name that the certificate lists/,
  ],
  [
    "https asked of http",
    "prometheus-tls",
    { endpoint: SECURE, identity: unanswered("ERR_SSL_WRONG_VERSION_NUMBER") },
    "problem",
    /WRONG_VERSION/,
    /http or https/,
  ],
  [
    "no answer for another reason",
    "prometheus-tls",
    { endpoint: SECURE, identity: unanswered("ECONNRESET") },
    "warning",
    /cannot tell: Cannot reach Prometheus/,
    /--prometheus-url/,
  ],
  ["a good certificate", "prometheus-tls", { endpoint: SECURE }, "ok", /accepts/, /^$/],
  ["plain http", "prometheus-tls", {}, "skipped", /is http/, /^$/],
  [
    "401 of Prometheus",
    "prometheus-auth",
    { identity: answered(401) },
    "problem",
    /HTTP 401/,
    /--prometheus-bearer-token-file/,
  ],
  [
    "403 of Prometheus",
    "prometheus-auth",
    { identity: answered(403) },
    "problem",
    /HTTP 403/,
    /allow it to read/,
  ],
  [
    "401 before OpenCost",
    "opencost-auth",
    { identity: answered(401) },
    "problem",
    /OpenCost at "opencost.example" asks who we are/,
    /--opencost-url/,
  ],
  [
    "a proxy that wants credentials",
    "prometheus-auth",
    { identity: answered(407) },
    "problem",
    /HTTP 407/,
    /NO_PROXY/,
  ],
  [
    "no HTTP at all",
    "prometheus-auth",
    { identity: unanswered("ECONNRESET") },
    "problem",
    /no HTTP answer/,
    /--prometheus-url/,
  ],
  ["an open door", "opencost-auth", { identity: GOOD }, "ok", /lets the agent in/, /^$/],
  [
    "something else that answers",
    "prometheus-api",
    { identity: answered(404, "text/html") },
    "problem",
    /does not answer like a Prometheus \(HTTP 404, "text\/html"\)/,
    /--prometheus-url, its port and its path/,
  ],
  [
    "a server without a version",
    "prometheus-api",
    { identity: { ...GOOD, version: "unknown" } },
    "ok",
    /does not tell/,
    /^$/,
  ],
  ["Prometheus", "prometheus-api", {}, "ok", /Prometheus 2.42.0/, /^$/],
])("%s: %s", async (_name, id, changes, level, text, fix) => {
  const [finding] = await findingsOf(id, changes);
  expect(finding).toMatchObject({ level, text: expect.stringMatching(text) });
  expect(finding?.fix ?? "").toMatch(fix);
});

describe("versions", () => {
  test.each([
    ["prometheus-version", "2.42.0+ds", "ok"],
    ["prometheus-version", "3.5.0", "ok"],
    ["prometheus-version", "v3.8.1", "ok"],
    ["prometheus-version", "victoria-metrics", "ok"],
    ["prometheus-version", "2.9.1", "warning"],
    ["prometheus-version", "1.8.2", "warning"],
    ["prometheus-version", "4.0.0-rc.0", "warning"],
    ["prometheus-version", "unknown", "ok"],
    ["opencost-version", "1.118.0", "ok"],
    ["opencost-version", "dev-20251219 (5df39a59)", "ok"],
    ["opencost-version", "dev-20270101 (abc)", "warning"],
    ["opencost-version", "2.0.0", "warning"],
    ["opencost-version", "unknown", "ok"],
  ])("%s says of %s: %s", async (id, version, level) => {
    const [finding] = await findingsOf(id, { identity: { ...GOOD, version } });
    expect(finding?.level).toBe(level);
  });
});
