import assert from "node:assert/strict";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPrometheus } from "../../../agent-src/adapters/prometheus/client.ts";
import { expectedSignature, readAuthorization } from "../../support/sigv4.ts";
import type { Checks } from "../checks.ts";
import {
  assertRefused,
  CLUSTER_ARN,
  parseReport,
  runCli,
  runCliOnDeno,
  type ExportReport,
} from "../export/cli.ts";
import { readTree } from "../export/tree.ts";
import { startPrometheusHistory } from "../ground/prometheus-history.ts";
import { makeAuthority, makeSigned, type Pair } from "./certificates.ts";
import { startGuardedFront, type Guard, type GuardedFront } from "./guarded-front.ts";

const WRONG_CONFIG = 2;
const HOUR = ["--from", "2026-11-22T10:00:00Z", "--until", "2026-11-22T11:00:00Z"];
const SECRET = "s3cret/of+the+test";
const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: SECRET };

/** What the checks share. */
interface Scene {
  readonly directory: string;
  readonly plainUrl: string;
  readonly authority: Pair;
  readonly server: Pair;
  readonly client: Pair;
}

/** A real Prometheus behind TLS, client certificates, tokens and AWS signatures. */
export async function sourcesPhases(checks: Checks, directory: string): Promise<void> {
  const prometheus = await checks.phase("sources: start Prometheus with the history", () =>
    startPrometheusHistory(join(directory, "prometheus")),
  );
  if (!prometheus) return;
  try {
    const scene = await checks.phase("sources: certificates", () => prepare(directory, prometheus.url));
    if (!scene) return;
    await checks.phase("sources: TLS and client certificates", () => checkTls(checks, scene));
    await checks.phase("sources: tokens, tenants and signatures", () => checkGuards(checks, scene));
  } finally {
    await prometheus.stop();
  }
}

async function prepare(directory: string, plainUrl: string): Promise<Scene> {
  const folder = join(directory, "tls");
  await mkdir(folder, { recursive: true });
  const authority = await makeAuthority(folder, "authority");
  const server = await makeSigned(folder, "server", authority);
  const client = await makeSigned(folder, "client", authority);
  return { directory: folder, plainUrl, authority, server, client };
}

function exportArgs(url: string, sink: string, more: readonly string[]): string[] {
  const what = ["--cluster-arn", CLUSTER_ARN, "--sink", `file://${sink}`, "--datasets", "container", ...HOUR];
  return ["export", "--prometheus-url", url, ...what, "--json", ...more];
}

async function withFront(
  scene: Scene,
  options: { clientAuthority?: Pair; guard?: Guard; server?: Pair },
  body: (front: GuardedFront) => Promise<void>,
): Promise<void> {
  const front = await startGuardedFront(scene.plainUrl, options.server ?? scene.server, options);
  try {
    await body(front);
  } finally {
    await front.stop();
  }
}

async function checkTls(checks: Checks, scene: Scene): Promise<void> {
  const { directory, authority, client } = scene;
  const ca = ["--prometheus-ca-file", authority.cert];
  const pair = ["--prometheus-cert-file", client.cert, "--prometheus-key-file", client.key];
  const refusals: readonly (readonly [name: string, args: readonly string[], says: RegExp, server?: Pair])[] =
    [
      ["an unknown CA", pair, /name the CA that signed its certificate with --prometheus-ca-file$/],
      ["no client certificate", ca, /see --prometheus-cert-file and --prometheus-key-file$/],
      [
        "a key of another certificate",
        [...ca, "--prometheus-cert-file", client.cert, "--prometheus-key-file", scene.server.key],
        /do not belong together; name the two files of one pair$/,
      ],
      [
        "a certificate of another name",
        [...ca, ...pair],
        /use a name of its certificate in --prometheus-url$/,
        await makeSigned(directory, "elsewhere", authority, "DNS:elsewhere.example"),
      ],
    ];
  for (const [name, args, says, server] of refusals) {
    for (const [runtime, run] of [
      ["Node", runCli],
      ["Deno", runCliOnDeno],
    ] as const) {
      await checks.check(`${name} under ${runtime}: one line that says what to do`, () =>
        withFront(scene, { clientAuthority: authority, ...(server ? { server } : {}) }, async ({ url }) => {
          const result = await run(exportArgs(url, join(directory, "refused"), args));
          assertRefused(result, WRONG_CONFIG, says);
          assert.doesNotMatch(result.stdout + result.stderr, /PRIVATE KEY/);
        }),
      );
    }
  }
  await checks.check("through mutual TLS, Node and Deno export the same bytes as without TLS", () =>
    withFront(scene, { clientAuthority: authority }, async (front) => {
      const plain = await exported(directory, "plain", scene.plainUrl, [], runCli);
      for (const [name, run] of [
        ["node", runCli],
        ["deno", runCliOnDeno],
      ] as const) {
        const secured = await exported(directory, name, front.url, [...ca, ...pair], run);
        assert.deepEqual(secured, plain);
      }
      assert.deepEqual(new Set(front.clients), new Set(["client"]));
    }),
  );
  await checks.check("a client certificate that rotates is shown by the next request", () =>
    withFront(scene, { clientAuthority: authority }, (front) => rotate(scene, front)),
  );
}

type Run = (args: readonly string[]) => ReturnType<typeof runCli>;

/** Exports the hour and returns its data files. */
async function exported(
  directory: string,
  name: string,
  url: string,
  more: readonly string[],
  run: Run,
): Promise<Record<string, unknown>> {
  const sink = join(directory, `sink-${name}`);
  const report = parseReport<ExportReport>(await run(exportArgs(url, sink, more)), 0);
  assert.equal(report.exported.length, 1);
  const files = Object.entries(await readTree(sink)).filter(([path]) => path.endsWith(".parquet"));
  await rm(sink, { recursive: true });
  assert.equal(files.length, 1);
  return Object.fromEntries(files);
}

async function rotate({ directory, authority, client }: Scene, front: GuardedFront): Promise<void> {
  const mounted = { certFile: join(directory, "mounted.crt"), keyFile: join(directory, "mounted.key") };
  const mount = async ({ cert, key }: Pair): Promise<void> => {
    await copyFile(cert, mounted.certFile);
    await copyFile(key, mounted.keyFile);
  };
  await mount(client);
  const access = { tls: { caFile: authority.cert, ...mounted } };
  const prometheus = createPrometheus({ baseUrl: front.url, access, timeoutSeconds: 20, maxAttempts: 1 });
  await prometheus.version(new AbortController().signal);
  await mount(await makeSigned(directory, "successor", authority));
  await prometheus.version(new AbortController().signal);
  assert.deepEqual(front.clients, ["client", "successor"]);
}

/** Lets in what AWS would. */
const signed: Guard = (request) => {
  const { keyId, region, service, signature } = readAuthorization(request);
  if (keyId !== KEYS.AWS_ACCESS_KEY_ID || region !== "eu-west-1" || service !== "aps") return "another scope";
  return signature === expectedSignature(request, SECRET) ? undefined : "The signature does not match";
};

async function checkGuards(checks: Checks, scene: Scene): Promise<void> {
  const { directory, authority } = scene;
  const ca = ["--prometheus-ca-file", authority.cert];
  const token = join(directory, "token");
  await writeFile(token, "t0ken-of-the-test\n");
  const bearer: Guard = ({ headers }) =>
    headers["authorization"] === "Bearer t0ken-of-the-test" && headers["x-scope-orgid"] === "a|b"
      ? undefined
      : "no";
  await checks.check("a bearer token and tenants, from variables", () =>
    withFront(scene, { guard: bearer }, async ({ url }) => {
      const env = {
        CONTAINER_INSIGHTS_PROMETHEUS_BEARER_TOKEN_FILE: token,
        CONTAINER_INSIGHTS_PROMETHEUS_TENANT: "a,b",
      };
      await exported(directory, "bearer", url, ca, (args) => runCli(args, env));
    }),
  );
  const region = [...ca, "--prometheus-sigv4-region", "eu-west-1"];
  await checks.check(
    "requests signed for Amazon Managed Service for Prometheus pass a check of their own",
    () =>
      withFront(scene, { guard: signed }, async ({ url }) => {
        await exported(directory, "sigv4", url, region, (args) => runCli(args, KEYS));
      }),
  );
  await checks.check("a wrong secret key is refused, and not shown", () =>
    withFront(scene, { guard: signed }, async ({ url }) => {
      const env = { ...KEYS, AWS_SECRET_ACCESS_KEY: "wr0ng-secret" };
      const result = await runCli(exportArgs(url, join(directory, "refused"), region), env);
      assertRefused(result, WRONG_CONFIG, /refused query "vector\(1\)" with status 403/);
      assert.doesNotMatch(result.stdout + result.stderr, /wr0ng-secret/);
    }),
  );
}
