import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { runHere } from "../support/cli-in-process.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const HOW = 'use for example "team", "example.com/team" or "example.com/*"';
const POD = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
const TOKEN = "ey-secret-token";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "label-flags-"));
  writeFileSync(file("short"), "hunter2\n\n");
  writeFileSync(file("empty"), " \n");
  writeFileSync(file("token"), TOKEN);
  writeFileSync(file("pem"), "-----BEGIN CERTIFICATE-----\n");
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string): string {
  return join(directory, name);
}

/** A dry run with these flags, in this environment. */
function run(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runHere(
    [
      ...["export", "--prometheus-url", "http://127.0.0.1:9", "--opencost-url", "http://127.0.0.1:9"],
      ...[
        "--cluster-arn",
        CLUSTER_ARN,
        "--sink",
        `file://${directory}/out`,
        "--dry-run",
        "--quiet",
        ...flags,
      ],
    ],
    env,
  );
}

type Case = [
  what: string,
  flags: () => string[],
  message: () => string,
  env?: Readonly<Record<string, string>>,
];

describe("one wrong thing about labels is one clear line and exit code 2", () => {
  test.each<Case>([
    [
      "a key with a space",
      () => ["--label-allow", "cost center"],
      () => `--label-allow names "cost center", which is no key of a label; ${HOW}`,
    ],
    [
      "a key that ends in a dash",
      () => ["--label-deny", "team-"],
      () => `--label-deny names "team-", which is no key of a label; ${HOW}`,
    ],
    [
      "a key with a colon",
      () => ["--label-hash", "team:blue"],
      () => `--label-hash names "team:blue", which is no key of a label; ${HOW}`,
    ],
    [
      "a key with its value",
      () => ["--label-allow", "team=blue"],
      () => `--label-allow names "team=blue", which is no key of a label; ${HOW}`,
    ],
    [
      "a key with two slashes",
      () => ["--annotation-allow", "a/b/c"],
      () => `--annotation-allow names "a/b/c", which is no key of a label; ${HOW}`,
    ],
    [
      "a prefix with capitals",
      () => ["--label-allow", "Example.com/team"],
      () => `--label-allow names "Example.com/team", which is no key of a label; ${HOW}`,
    ],
    [
      "nothing before the slash",
      () => ["--label-allow", "/team"],
      () => `--label-allow names "/team", which is no key of a label; ${HOW}`,
    ],
    [
      "nothing after it",
      () => ["--label-allow", "example.com/"],
      () => `--label-allow names "example.com/", which is no key of a label; ${HOW}`,
    ],
    [
      "a comma too many",
      () => ["--label-deny", "team,,owner"],
      () => '--label-deny names "", an empty key; remove the comma too many',
    ],
    [
      "one at the end",
      () => ["--annotation-allow", "note,"],
      () => '--annotation-allow names "", an empty key; remove the comma too many',
    ],
    [
      "an asterisk in the middle",
      () => ["--label-allow", "example.com/*/x"],
      () =>
        '--label-allow names "example.com/*/x", where a "*" is not at the end; only beginnings can be given, as "example.com/*"',
    ],
    [
      "one at the beginning",
      () => ["--label-deny", "*secret"],
      () =>
        '--label-deny names "*secret", where a "*" is not at the end; only beginnings can be given, as "example.com/*"',
    ],
    [
      "two of them",
      () => ["--label-hash", "a**"],
      () =>
        '--label-hash names "a**", where a "*" is not at the end; only beginnings can be given, as "example.com/*"',
    ],
    [
      "a regular expression",
      () => ["--label-hash", "^team.*"],
      () => '--label-hash names "^team.*", with which no key can begin; use for example "example.com/*"',
    ],
    [
      "a name that is too long",
      () => ["--label-allow", "x".repeat(64)],
      () => `--label-allow names "${"x".repeat(64)}", whose name has 64 characters; Kubernetes' limit is 63`,
    ],
    [
      "a prefix that is too long",
      () => ["--label-allow", `${"x".repeat(254)}/team`],
      () =>
        `--label-allow names "${"x".repeat(254)}/team", whose part before the slash has 254 characters; Kubernetes' limit is 253`,
    ],
    [
      "the annotation that is never exported",
      () => ["--annotation-allow", `note,${LAST_APPLIED}`],
      () =>
        `--annotation-allow names "${LAST_APPLIED}", which is never exported: kubectl writes whole objects into it, with their secrets; remove it`,
    ],
    [
      "a hash key that is not there",
      () => ["--label-hash-key-file", file("none")],
      () => `--label-hash-key-file "${file("none")}" cannot be read; check its path and permissions`,
    ],
    [
      "a hash key that is a folder",
      () => ["--label-hash-key-file", directory],
      () => `--label-hash-key-file "${directory}" cannot be read; check its path and permissions`,
    ],
    [
      "a hash key that is short",
      () => ["--label-hash-key-file", file("short")],
      () =>
        `--label-hash-key-file "${file("short")}" holds a key of 7 bytes, and 16 are the least; make one with "openssl rand -hex 32"`,
    ],
    [
      "another source",
      () => ["--labels-from", "prometheus"],
      () => '--labels-from "prometheus" does not exist; choose from auto, kubernetes, kube-state-metrics',
    ],
    [
      "the API without an address",
      () => ["--labels-from", "kubernetes"],
      () =>
        '--labels-from "kubernetes" needs to run in a pod or to know --kubernetes-url; for example --kubernetes-url https://127.0.0.1:6443',
    ],
    [
      "an address that is not asked",
      () => ["--labels-from", "kube-state-metrics", "--kubernetes-url", "https://127.0.0.1:6443"],
      () =>
        '--kubernetes-url is given, and --labels-from "kube-state-metrics" does not ask it; remove one of them',
    ],
    [
      "an address that is none",
      () => ["--kubernetes-url", "kubernetes.default"],
      () => '--kubernetes-url "kubernetes.default" is not a URL; expected the form "http://host:9090"',
    ],
    [
      "another protocol",
      () => ["--kubernetes-url", "wss://127.0.0.1"],
      () =>
        '--kubernetes-url "wss://127.0.0.1" is not an http or https URL; expected the form "http://host:9090"',
    ],
    [
      "an address with a user",
      () => ["--kubernetes-url", "https://admin:s3cret@127.0.0.1:6443"],
      () =>
        '--kubernetes-url "https://…@127.0.0.1:6443" names a user, and Kubernetes knows none by password; use --kubernetes-token-file',
    ],
    [
      "a token without an address",
      () => ["--kubernetes-token-file", file("token")],
      () =>
        "--kubernetes-token-file is given without --kubernetes-url; add for example --kubernetes-url https://127.0.0.1:6443",
    ],
    [
      "a CA without an address",
      () => ["--kubernetes-ca-file", file("pem")],
      () =>
        "--kubernetes-ca-file is given without --kubernetes-url; add for example --kubernetes-url https://127.0.0.1:6443",
    ],
    [
      "a token that is not there",
      () => ["--kubernetes-url", "https://127.0.0.1", "--kubernetes-token-file", file("none")],
      () => `--kubernetes-token-file "${file("none")}" cannot be read; check its path and permissions`,
    ],
    [
      "a token that is empty",
      () => ["--kubernetes-url", "https://127.0.0.1", "--kubernetes-token-file", file("empty")],
      () => `--kubernetes-token-file "${file("empty")}" is empty`,
    ],
    [
      "a token that anybody could read",
      () => ["--kubernetes-url", "http://10.0.0.1", "--kubernetes-token-file", file("token")],
      () =>
        '--kubernetes-token-file would be sent unencrypted to --kubernetes-url "http://10.0.0.1"; use https',
    ],
    [
      "a CA that is not there",
      () => ["--kubernetes-url", "https://127.0.0.1", "--kubernetes-ca-file", file("none")],
      () => `--kubernetes-ca-file "${file("none")}" cannot be read; check its path and permissions`,
    ],
    [
      "a CA that is none",
      () => ["--kubernetes-url", "https://127.0.0.1", "--kubernetes-ca-file", file("token")],
      () => `--kubernetes-ca-file "${file("token")}" holds no PEM certificate`,
    ],
    [
      "a CA for nothing",
      () => ["--kubernetes-url", "http://127.0.0.1", "--kubernetes-ca-file", file("pem")],
      () =>
        '--kubernetes-ca-file is given, and --kubernetes-url "http://127.0.0.1" is not encrypted; use https',
    ],
    [
      "in a pod, a token that is not there",
      () => ["--kubernetes-token-file", file("none")],
      () => `--kubernetes-token-file "${file("none")}" cannot be read; check its path and permissions`,
      POD,
    ],
    [
      "a wrong key in a variable",
      () => [],
      () => `--label-deny names "a b", which is no key of a label; ${HOW}`,
      { CONTAINER_INSIGHTS_LABEL_DENY: "a b" },
    ],
  ])("%s", async (_, flags, message, env) => {
    const result = await run(flags(), env);
    expect(result.stderr).toBe(`error: ${message()}\n`);
    expect(result.code).toBe(2);
    expect(result.stdout + result.stderr).not.toMatch(/s3cret|ey-secret-token|hunter2/);
  });

  test("several wrong things are said together", async () => {
    const result = await run(["--label-allow", "a b", "--label-hash", "c d", "--labels-from", "x"]);
    expect(result.stderr.match(/^error: --[a-z-]+/gm)).toEqual([
      "error: --label-allow",
      "error: --label-hash",
      "error: --labels-from",
    ]);
  });
});

describe("what is right is taken", () => {
  test.each<[string, () => string[], Readonly<Record<string, string>>?]>([
    [
      "lists with blanks, beginnings and everything",
      () => ["--label-allow", "app.kubernetes.io/*, team ,a_b.c-d", "--label-deny", "*"],
    ],
    ["empty lists", () => ["--label-allow", "", "--annotation-allow", ""]],
    [
      "an API server with a token",
      () => ["--kubernetes-url", "https://127.0.0.1:6443", "--kubernetes-token-file", file("token")],
    ],
    [
      "what kubectl proxy prints",
      () => ["--kubernetes-url", "http://127.0.0.1:8001", "--labels-from", "kubernetes"],
    ],
    ["the pod's own API server", () => ["--labels-from", "kubernetes"], POD],
    ["none, in a pod", () => ["--labels-from", "kube-state-metrics"], POD],
  ])("%s", async (_, flags, env) => {
    const result = await run(flags(), env);
    expect([result.stderr, result.code]).toEqual(["", 0]);
  });
});
