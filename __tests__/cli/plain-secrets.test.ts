import { expect, test } from "@jest/globals";
import type { SourceAccess } from "../../agent-src/adapters/source-access.ts";
import { plainSecretNotices } from "../../cli/plain-secrets.ts";

const TOKEN: SourceAccess = { auth: { kind: "bearer", tokenFile: "/token" } };
const SIGNED: SourceAccess = { auth: { kind: "sigv4", region: "eu-west-1" } };

function noticesOf(prometheusUrl: string, prometheusAccess?: SourceAccess): string[] {
  return plainSecretNotices({
    prometheusUrl,
    ...(prometheusAccess ? { prometheusAccess } : {}),
    kubeStateMetricsJob: "ksm",
    currency: "USD",
    timeoutSeconds: 1,
  });
}

test.each([
  ["http://prometheus.example.com", TOKEN],
  ["http://u:s3cret@prometheus.example.com", undefined],
  ["http://8.8.8.8:9090", TOKEN],
])("a secret to %s is told of, without the secret", (url, access) => {
  const notices = noticesOf(url, access);
  expect(notices).toEqual([expect.stringMatching(/^--prometheus-url "http:.*is http: .* use https$/)]);
  expect(notices.join()).not.toContain("s3cret");
});

test.each([
  ["https://prometheus.example.com", TOKEN],
  ["http://prometheus.example.com", undefined],
  ["http://prometheus.example.com", SIGNED],
  ["http://prometheus:9090", TOKEN],
  ["http://prometheus.monitoring.svc:9090", TOKEN],
  ["http://prometheus.monitoring.svc.cluster.local:9090", TOKEN],
  ["http://127.0.0.1:9090", TOKEN],
  ["http://[::1]:9090", TOKEN],
  ["http://172.20.0.7:9090", TOKEN],
])("of %s nothing is told", (url, access) => {
  expect(noticesOf(url, access)).toEqual([]);
});
