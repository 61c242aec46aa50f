import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseBaseUrl } from "../../../agent-src/adapters/base-url.ts";
import { openJson, type HttpRequest } from "../../../agent-src/adapters/http.ts";
import { admitterOf, type SourceAccess } from "../../../agent-src/adapters/source-access.ts";
import { ConfigError } from "../../../agent-src/export/errors.ts";
import { sendJson, startSource, type FakeSource, type ReceivedRequest } from "../../fakes/http-source.ts";
import { expectedSignature, readAuthorization, type SignedRequest } from "../../support/sigv4.ts";

const never = new AbortController().signal;
const FORM = new URLSearchParams({ query: 'up{a="b c"} + (1 * 2)', time: "1795345199.999" });
const KEYS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s3cret/with+signs", sessionToken: "sess10n==" };

let directory: string;
let source: FakeSource;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "access-"));
  source = await startSource((_, response) => sendJson(response, 200, {}));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await source.close();
});

async function ask(
  access: SourceAccess,
  more: Partial<HttpRequest> = {},
  path = "",
): Promise<ReceivedRequest> {
  const http = {
    name: "Source",
    flag: "--source-url",
    base: parseBaseUrl(source.url + path, "--source-url"),
    admit: admitterOf(access),
    timeoutSeconds: 5,
    maxAttempts: 1,
  };
  const request = { path: "/thing", what: "the thing", ...more };
  const refused = { error: new Error("refused"), again: false };
  for await (const _ of await openJson(http, request, () => refused, never));
  const received = source.requests.at(-1);
  if (!received) throw new Error("nothing was asked");
  return received;
}

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe("asking as somebody", () => {
  test("a user's password is read again at each request", async () => {
    const passwordFile = file("password", "pass:wörd\n");
    const auth = { kind: "basic", user: "reader", passwordFile } as const;
    const first = await ask({ auth });
    expect(first.headers.authorization).toBe(
      `Basic ${Buffer.from("reader:pass:wörd", "utf8").toString("base64")}`,
    );
    file("password", "other");
    expect((await ask({ auth })).headers.authorization).toBe(`Basic ${btoa("reader:other")}`);
  });

  test("a tenant is named beside whoever asks", async () => {
    const tokenFile = file("token", "t0ken");
    const { headers } = await ask({ tenant: "a|b", auth: { kind: "bearer", tokenFile } });
    expect([headers["x-scope-orgid"], headers.authorization]).toEqual(["a|b", "Bearer t0ken"]);
  });

  test.each([
    ["", "is empty"],
    ["\n \n", "is empty"],
    ["s3cret s3cret", "holds more than a token"],
    ["s3cret\ns3cret", "holds more than a token"],
    ["s3crét", "holds more than a token"],
  ])("a token file with %j is refused without what is in it", async (content, says) => {
    const tokenFile = file("token", content);
    const failure = ask({ auth: { kind: "bearer", tokenFile } }).catch((error: unknown) => error);
    const error = (await failure) as Error;
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(`The bearer token file "${tokenFile}" ${says}`);
    expect(inspect(error, { depth: 5, showHidden: true })).not.toMatch(/s3cr/);
    expect(source.requests).toHaveLength(0);
  });

  test.each([
    [{ auth: { kind: "bearer", tokenFile: "/no/token" } }, 'Cannot read the bearer token file "/no/token"'],
    [
      { auth: { kind: "basic", user: "a", passwordFile: "/no/password" } },
      'Cannot read the password file "/no/password"',
    ],
    [{ tls: { caFile: "/no/ca" } }, 'Cannot read the file "/no/ca"'],
  ] as const)("%j is refused", async (access, says) => {
    const failure = ask(access);
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(`${says}; check its path and permissions`);
  });

  test.each([
    [
      { caFile: "pem" },
      'The CA file "…" holds no certificate in PEM form; it should begin with "-----BEGIN CERTIFICATE-----"',
    ],
    [
      { certFile: "pem", keyFile: "pem" },
      'The certificate file "…" holds no certificate in PEM form; it should begin with "-----BEGIN CERTIFICATE-----"',
    ],
  ])("a file that is no PEM is refused: %j", async (names, says) => {
    const pem = file("pem", "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n");
    const tls = Object.fromEntries(Object.keys(names).map((name) => [name, pem]));
    await expect(ask({ tls })).rejects.toThrow(new ConfigError(says.replace("…", pem)));
  });
});

describe("signing for Amazon Managed Service for Prometheus", () => {
  const auth = { kind: "sigv4", region: "eu-west-1", credentials: () => Promise.resolve(KEYS) } as const;

  function asSigned(received: ReceivedRequest, url: string, body: string): SignedRequest {
    return { method: received.method, url, headers: received.headers, body };
  }

  test("the check of the signature is the documentation's own example", () => {
    const request = {
      method: "GET",
      url: "/?Action=ListUsers&Version=2010-05-08",
      headers: {
        host: "iam.amazonaws.com",
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "x-amz-date": "20150830T123600Z",
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
      },
      body: "",
    };
    const signature = expectedSignature(request, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    expect(signature).toBe(readAuthorization(request).signature);
    expect(expectedSignature({ ...request, url: "/" }, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")).not.toBe(
      signature,
    );
  });

  test.each([
    ["a form", { form: FORM }, "/workspaces/ws-1", "/workspaces/ws-1/thing", FORM.toString()],
    ["a query", { query: FORM }, "", `/thing?${FORM.toString()}`, ""],
    ["a path with an escape", {}, "/a%20b", "/a%20b/thing", ""],
  ])("%s is signed as AWS would check it", async (_, more, path, url, body) => {
    const received = await ask({ auth, tenant: "t" }, more, path);
    const request = asSigned(received, url, body);
    const { keyId, region, service, signature, signedHeaders } = readAuthorization(request);
    expect([keyId, region, service]).toEqual(["AKIDEXAMPLE", "eu-west-1", "aps"]);
    expect(signedHeaders).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token"]));
    expect(received.headers["x-amz-security-token"]).toBe(KEYS.sessionToken);
    expect(signature).toBe(expectedSignature(request, KEYS.secretAccessKey));
    // What a server that checks refuses: another body, another key.
    expect(signature).not.toBe(expectedSignature({ ...request, body: `${body}x` }, KEYS.secretAccessKey));
    expect(signature).not.toBe(expectedSignature(request, "another"));
  });

  test("credentials that are not there are told with what to set", async () => {
    const credentials = (): Promise<never> => Promise.reject(new Error("Could not load credentials"));
    const failure = ask({ auth: { ...auth, credentials } });
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(
      'Cannot get AWS credentials to sign for Prometheus in "eu-west-1": Could not load credentials; use web identity or Pod Identity in a cluster, AWS_PROFILE or AWS_ACCESS_KEY_ID on a desk',
    );
  });
});
