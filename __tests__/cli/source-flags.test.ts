import { describe, expect, test } from "@jest/globals";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { runHere } from "../support/cli-in-process.ts";

const URLS = { "--prometheus-url": "https://prometheus:9090", "--opencost-url": "https://opencost:9003" };

/** `export --dry-run` reads every flag of the sources and asks none of them. */
function args(more: Readonly<Record<string, string>>): string[] {
  const flags = Object.entries({ ...URLS, ...more }).flat();
  return ["export", "--dry-run", "--cluster-arn", CLUSTER_ARN, "--sink", "file:///nowhere/here", ...flags];
}

async function problemsOf(
  flags: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { code, stdout, stderr } = await runHere(args(flags), env);
  expect([code, stdout]).toEqual([2, ""]);
  const lines = stderr.trimEnd().split("\n");
  expect(lines.filter((line) => !line.startsWith("error: "))).toEqual([]);
  return lines.map((line) => line.slice("error: ".length));
}

const FORM = 'use label="value" with =, !=, =~ or !~, as in cluster="prod", and commas between several';
const TENANT = "use 1 to 150 letters, digits or !-_.*'() and commas between several";

describe("a flag of the sources that cannot be", () => {
  test.each<[Readonly<Record<string, string>>, string]>([
    [{ "--prometheus-matcher": "cluster" }, `--prometheus-matcher "cluster" is not a label matcher; ${FORM}`],
    [{ "--prometheus-matcher": "=prod" }, `--prometheus-matcher "=prod" is not a label matcher; ${FORM}`],
    [{ "--prometheus-matcher": "a=" }, `--prometheus-matcher "a=" is not a label matcher; ${FORM}`],
    [{ "--prometheus-matcher": "a==b" }, `--prometheus-matcher "a==b" is not a label matcher; ${FORM}`],
    [{ "--prometheus-matcher": "a<b" }, `--prometheus-matcher "a<b" is not a label matcher; ${FORM}`],
    [{ "--prometheus-matcher": 'a="b' }, `--prometheus-matcher "a="b" is not a label matcher; ${FORM}`],
    [
      { "--prometheus-matcher": 'a="b" c="d"' },
      `--prometheus-matcher "a="b" c="d"" is not a label matcher; ${FORM}`,
    ],
    [
      { "--prometheus-matcher": "a=b,,c=d" },
      `--prometheus-matcher "a=b,,c=d" is not a label matcher; ${FORM}`,
    ],
    [{ "--prometheus-matcher": ",a=b" }, `--prometheus-matcher ",a=b" is not a label matcher; ${FORM}`],
    [{ "--prometheus-matcher": "a=b c" }, `--prometheus-matcher "a=b c" is not a label matcher; ${FORM}`],
    [
      { "--prometheus-matcher": '{cluster="x"}' },
      '--prometheus-matcher "{cluster="x"}" has braces around it; leave them out',
    ],
    [
      { "--prometheus-matcher": 'up{a="b"}' },
      `--prometheus-matcher "up{a="b"}" is not a label matcher; ${FORM}`,
    ],
    [
      { "--prometheus-matcher": "a-b=c" },
      '--prometheus-matcher "a-b" is not a label name; use letters, digits and "_", no digit first',
    ],
    [
      { "--prometheus-matcher": "1a=c" },
      '--prometheus-matcher "1a" is not a label name; use letters, digits and "_", no digit first',
    ],
    [
      { "--prometheus-matcher": "__name__=up" },
      '--prometheus-matcher "__name__" is the metric\'s name, which each query sets itself; name another label',
    ],
    [
      { "--prometheus-matcher": 'a=~"("' },
      '--prometheus-matcher "(" of the label "a" is not a regular expression: Unterminated group',
    ],
    [
      { "--prometheus-matcher": "a=b,c!~*" },
      '--prometheus-matcher "*" of the label "c" is not a regular expression: Nothing to repeat',
    ],
    [
      { "--prometheus-matcher": 'a=~"b\\.c"' },
      '--prometheus-matcher "b\\.c" has a backslash that begins no escape; write it as "\\\\"',
    ],
    [
      { "--prometheus-concurrency": "0" },
      '--prometheus-concurrency "0" is not a whole number between 1 and 64',
    ],
    [
      { "--prometheus-concurrency": "65" },
      '--prometheus-concurrency "65" is not a whole number between 1 and 64',
    ],
    [
      { "--prometheus-concurrency": "-1" },
      '--prometheus-concurrency "-1" is not a whole number between 1 and 64',
    ],
    [
      { "--prometheus-concurrency": "many" },
      '--prometheus-concurrency "many" is not a whole number between 1 and 64',
    ],
    [
      { "--prometheus-concurrency": "2.5" },
      '--prometheus-concurrency "2.5" is not a whole number between 1 and 64',
    ],
    [{ "--prometheus-tenant": "a b" }, `--prometheus-tenant "a b" is not a tenant id; ${TENANT}`],
    [{ "--prometheus-tenant": "a,,b" }, `--prometheus-tenant "" is not a tenant id; ${TENANT}`],
    [{ "--prometheus-tenant": "a|" }, `--prometheus-tenant "" is not a tenant id; ${TENANT}`],
    [{ "--prometheus-tenant": ".." }, `--prometheus-tenant ".." is not a tenant id; ${TENANT}`],
    [{ "--prometheus-tenant": "a/b" }, `--prometheus-tenant "a/b" is not a tenant id; ${TENANT}`],
    [
      { "--prometheus-tenant": "a\nX-Other: b" },
      `--prometheus-tenant "a\\nX-Other: b" is not a tenant id; ${TENANT}`,
    ],
    [
      { "--prometheus-sigv4-region": "eu-west" },
      '--prometheus-sigv4-region "eu-west" is not an AWS region; use for example "eu-west-1"',
    ],
    [
      { "--prometheus-sigv4-region": "EU-WEST-1" },
      '--prometheus-sigv4-region "EU-WEST-1" is not an AWS region; use for example "eu-west-1"',
    ],
    [
      { "--prometheus-sigv4-region": "eu-west-1a" },
      '--prometheus-sigv4-region "eu-west-1a" is not an AWS region; use for example "eu-west-1"',
    ],
    [
      { "--prometheus-user": "reader" },
      "--prometheus-user needs --prometheus-password-file; name the file, too",
    ],
    [
      { "--prometheus-password-file": "/p" },
      "--prometheus-password-file needs --prometheus-user; name the user, too",
    ],
    [
      { "--prometheus-user": "reader:s3cret", "--prometheus-password-file": "/p" },
      "--prometheus-user has a colon in it; put the password into --prometheus-password-file",
    ],
    [
      { "--prometheus-bearer-token-file": "/t", "--prometheus-sigv4-region": "eu-west-1" },
      "--prometheus-bearer-token-file and --prometheus-sigv4-region exclude each other; choose one",
    ],
    [
      {
        "--prometheus-bearer-token-file": "/t",
        "--prometheus-user": "a",
        "--prometheus-password-file": "/p",
      },
      "--prometheus-bearer-token-file and --prometheus-user exclude each other; choose one",
    ],
    [
      {
        "--prometheus-sigv4-region": "eu-west-1",
        "--prometheus-user": "a",
        "--prometheus-password-file": "/p",
      },
      "--prometheus-user and --prometheus-sigv4-region exclude each other; choose one",
    ],
    [
      { "--prometheus-url": "https://a:s3cret@prometheus", "--prometheus-bearer-token-file": "/t" },
      "the user in --prometheus-url and --prometheus-bearer-token-file exclude each other; choose one",
    ],
    [
      { "--prometheus-url": "https://a:s3cret@prometheus", "--prometheus-sigv4-region": "eu-west-1" },
      "the user in --prometheus-url and --prometheus-sigv4-region exclude each other; choose one",
    ],
    [
      { "--opencost-url": "https://a:s3cret@opencost", "--opencost-bearer-token-file": "/t" },
      "the user in --opencost-url and --opencost-bearer-token-file exclude each other; choose one",
    ],
    [
      { "--prometheus-bearer-token-file": "eyJs3cret" },
      "--prometheus-bearer-token-file names a file, and was given the token itself; write it to a file and name that",
    ],
    [
      { "--opencost-bearer-token-file": "Bearer s3cret" },
      "--opencost-bearer-token-file names a file, and was given the token itself; write it to a file and name that",
    ],
    [
      { "--prometheus-ca-file": "-----BEGIN CERTIFICATE-----\ns3cret" },
      "--prometheus-ca-file names a file, and was given the file's content itself; write it to a file and name that",
    ],
    [
      { "--prometheus-cert-file": "/c", "--prometheus-key-file": "-----BEGIN PRIVATE KEY-----\ns3cret" },
      "--prometheus-key-file names a file, and was given the file's content itself; write it to a file and name that",
    ],
    [
      { "--prometheus-cert-file": "/c" },
      "--prometheus-cert-file needs --prometheus-key-file; name both files of the pair",
    ],
    [
      { "--prometheus-key-file": "/k" },
      "--prometheus-key-file needs --prometheus-cert-file; name both files of the pair",
    ],
    [
      { "--opencost-cert-file": "/c" },
      "--opencost-cert-file needs --opencost-key-file; name both files of the pair",
    ],
    [
      { "--opencost-key-file": "/k" },
      "--opencost-key-file needs --opencost-cert-file; name both files of the pair",
    ],
    [
      { "--prometheus-url": "http://prometheus:9090", "--prometheus-ca-file": "/ca" },
      '--prometheus-url "http://prometheus:9090" is not https, which --prometheus-ca-file is for; change the URL, or leave the files out',
    ],
    [
      {
        "--prometheus-url": "http://a:s3cret@prometheus/x",
        "--prometheus-cert-file": "/c",
        "--prometheus-key-file": "/k",
      },
      '--prometheus-url "http://prometheus/x" is not https, which --prometheus-cert-file and --prometheus-key-file are for; change the URL, or leave the files out',
    ],
    [
      { "--opencost-url": "http://opencost", "--opencost-ca-file": "/ca" },
      '--opencost-url "http://opencost" is not https, which --opencost-ca-file is for; change the URL, or leave the files out',
    ],
  ])("%j", async (flags, message) => {
    expect(await problemsOf(flags)).toEqual([message]);
    expect(message).not.toContain("s3cret");
  });

  test("is told together with the others", async () => {
    expect(
      await problemsOf({
        "--prometheus-matcher": "x",
        "--prometheus-concurrency": "0",
        "--prometheus-user": "a",
        "--prometheus-sigv4-region": "eu-west-1",
        "--opencost-key-file": "/k",
      }),
    ).toHaveLength(5);
  });

  test("is refused as a variable, too", async () => {
    expect(await problemsOf({}, { CONTAINER_INSIGHTS_PROMETHEUS_MATCHER: "x" })).toEqual([
      `--prometheus-matcher "x" is not a label matcher; ${FORM}`,
    ]);
    expect(await problemsOf({}, { CONTAINER_INSIGHTS_OPENCOST_CERT_FILE: "/c" })).toEqual([
      "--opencost-cert-file needs --opencost-key-file; name both files of the pair",
    ]);
  });
});
