import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Command } from "commander";
import { DEFAULT_LABEL_SETTINGS } from "../../agent-src/export/labels/label-settings.ts";
import type { LabelOptions } from "../../agent-src/export/labels/open-labels.ts";
import { addLabelFlags, readLabels, type LabelFlags } from "../../cli/label-flags.ts";
import { Problems } from "../../cli/problems.ts";
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
  writeFileSync(file("key"), "0123456789abcdef\n");
  writeFileSync(file("pem"), "-----BEGIN CERTIFICATE-----\n");
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string): string {
  return join(directory, name);
}

type Env = Readonly<Record<string, string>>;

/**
 * What these flags say in this environment, and every line that is wrong with them. Through commander, as a command has
 * it: the whole command line would take a second a case.
 */
function read(flags: readonly string[], env: Env = {}): { labels: LabelOptions | undefined; said: string } {
  const before = process.env;
  process.env = { ...env };
  try {
    const command = addLabelFlags(new Command()).parse([...flags], { from: "user" });
    const problems = new Problems();
    const labels = readLabels(command.opts<LabelFlags>(), problems);
    return { labels, said: saidBy(problems) };
  } finally {
    process.env = before;
  }
}

function saidBy(problems: Problems): string {
  try {
    problems.throwIfAny();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** A dry run of the whole command line. With `--from` it asks no source for its oldest data. */
function run(command: string, flags: readonly string[], env: Env = {}) {
  const sources = ["--prometheus-url", "http://127.0.0.1:9", "--opencost-url", "http://127.0.0.1:9"];
  const sink = ["--cluster-arn", CLUSTER_ARN, "--sink", `file://${directory}/out`];
  const window = ["--from", "2026-11-22T10:00:00Z", "--until", "2026-11-22T11:00:00Z"];
  return runHere([command, ...sources, ...sink, ...window, "--dry-run", "--quiet", ...flags], env);
}

type Case = [what: string, flags: () => string[], message: () => string, env?: Env];

describe("one wrong thing about labels is one clear line", () => {
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
    // One parameter: jest takes one more than a row has for the callback of a test that it then waits for.
  ])("%s", (...[, flags, message, env]) => {
    const { labels, said } = read(flags(), env);
    expect(said).toBe(message());
    expect(labels).toBeUndefined();
    expect(said).not.toMatch(/s3cret|ey-secret-token|hunter2/);
  });

  test("several wrong things are said together", () => {
    const { said } = read(["--label-allow", "a b", "--label-hash", "c d", "--labels-from", "x"]);
    expect(said.match(/^--[a-z-]+/gm)).toEqual(["--label-allow", "--label-hash", "--labels-from"]);
  });

  test.each<[what: string, command: string, flags: string[], env: Env, message: string]>([
    [
      "of export",
      "export",
      ["--label-hash", "a**"],
      {},
      '--label-hash names "a**", where a "*" is not at the end; only beginnings can be given, as "example.com/*"',
    ],
    [
      "in a variable",
      "export",
      [],
      { CONTAINER_INSIGHTS_LABEL_DENY: "a b" },
      `--label-deny names "a b", which is no key of a label; ${HOW}`,
    ],
    [
      "of backfill",
      "backfill",
      ["--label-allow", "team=blue"],
      {},
      `--label-allow names "team=blue", which is no key of a label; ${HOW}`,
    ],
  ])("the command line ends with exit code 2: %s", async (_, command, flags, env, message) => {
    const { code, stdout, stderr } = await run(command, flags, env);
    expect([code, stdout, stderr]).toEqual([2, "", `error: ${message}\n`]);
  });
});

describe("what is right is taken", () => {
  test("lists with blanks, beginnings and everything", () => {
    const { labels, said } = read([
      ...["--label-allow", "app.kubernetes.io/*, team ,a_b.c-d"],
      ...["--label-deny", "*", "--label-hash", "owner", "--annotation-allow", "note"],
    ]);
    expect(said).toBe("");
    expect(labels).toEqual({
      settings: {
        ...DEFAULT_LABEL_SETTINGS,
        allow: ["app.kubernetes.io/*", "team", "a_b.c-d"],
        deny: ["*"],
        hash: ["owner"],
        annotationAllow: ["note"],
      },
    });
  });

  test("empty lists are the default", () => {
    expect(read(["--label-allow", "", "--annotation-allow", ""])).toEqual({
      labels: { settings: DEFAULT_LABEL_SETTINGS },
      said: "",
    });
  });

  test("each flag is a variable, too", () => {
    const { labels, said } = read([], {
      CONTAINER_INSIGHTS_LABEL_ALLOW: "a",
      CONTAINER_INSIGHTS_LABEL_DENY: "b",
      CONTAINER_INSIGHTS_LABEL_HASH: "c",
      CONTAINER_INSIGHTS_LABEL_HASH_KEY_FILE: file("key"),
      CONTAINER_INSIGHTS_ANNOTATION_ALLOW: "d",
      CONTAINER_INSIGHTS_LABELS_FROM: "kubernetes",
      CONTAINER_INSIGHTS_KUBERNETES_URL: "https://127.0.0.1:6443",
      CONTAINER_INSIGHTS_KUBERNETES_TOKEN_FILE: file("token"),
      CONTAINER_INSIGHTS_KUBERNETES_CA_FILE: file("pem"),
    });
    expect(said).toBe("");
    expect(labels).toEqual({
      settings: { ...DEFAULT_LABEL_SETTINGS, allow: ["a"], deny: ["b"], hash: ["c"], annotationAllow: ["d"] },
      hashKey: new Uint8Array(Buffer.from("0123456789abcdef")),
      kubernetes: { url: "https://127.0.0.1:6443", tokenFile: file("token"), caFile: file("pem") },
    });
  });

  const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  test.each<[what: string, flags: string[], env: Env, access: LabelOptions["kubernetes"]]>([
    ["nobody is asked outside of a pod", [], {}, undefined],
    [
      "what kubectl proxy prints",
      ["--kubernetes-url", "http://127.0.0.1:8001", "--labels-from", "kubernetes"],
      {},
      { url: "http://127.0.0.1:8001" },
    ],
    [
      "an address is asked in a pod, too",
      ["--kubernetes-url", "https://a:6443"],
      POD,
      { url: "https://a:6443" },
    ],
    ["none, in a pod", ["--labels-from", "kube-state-metrics"], POD, undefined],
  ])("%s", (_, flags, env, access) => {
    const { labels, said } = read(flags, env);
    expect([said, labels?.kubernetes]).toEqual(["", access]);
  });

  // The kubelet's own files are not on this machine.
  test("in a pod its own API server is asked, with the token given or the kubelet's", () => {
    const own = { url: "https://10.0.0.1:443", caFile: `${SERVICE_ACCOUNT}/ca.crt` };
    expect(read([], POD).labels?.kubernetes).toEqual({ ...own, tokenFile: `${SERVICE_ACCOUNT}/token` });
    expect(read(["--kubernetes-token-file", file("token")], POD).labels?.kubernetes).toEqual({
      ...own,
      tokenFile: file("token"),
    });
  });

  test("the command line takes them", async () => {
    const url = ["--kubernetes-url", "http://127.0.0.1:8001"];
    const { code, stderr } = await run("export", [
      "--label-deny",
      "team",
      "--labels-from",
      "kubernetes",
      ...url,
    ]);
    expect([stderr, code]).toEqual(["", 0]);
  });
});
