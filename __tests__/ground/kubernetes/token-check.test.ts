import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { refuseToken, type IssuerKey } from "../../e2e/ground/kubernetes/token-check.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const STRANGER = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const KEYS: readonly IssuerKey[] = [{ ...publicKey.export({ format: "jwk" }), kid: "one" }];

const RULE = {
  issuer: "https://127.0.0.1:6443",
  audience: "sts.amazonaws.com",
  subject: "system:serviceaccount:nops:nops-container-insights",
};
const NOW = 1_000;
const CLAIMS = { iss: RULE.issuer, aud: [RULE.audience], sub: RULE.subject, nbf: NOW - 10, exp: NOW + 10 };

function sign(
  claims: object,
  header: object = { alg: "RS256", kid: "one" },
  key: KeyObject = privateKey,
): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key, "base64url")}`;
}

describe("a web-identity token", () => {
  test("of the trusted service account is good", () => {
    expect(refuseToken(sign(CLAIMS), KEYS, RULE, NOW)).toBeUndefined();
  });

  test.each([
    ["another issuer", sign({ ...CLAIMS, iss: "https://other" }), 'its issuer is "https://other"'],
    ["another audience", sign({ ...CLAIMS, aud: ["vault"] }), 'its audience is "vault"'],
    ["another subject", sign({ ...CLAIMS, sub: "system:serviceaccount:a:b" }), "its subject is"],
    ["a past end", sign({ ...CLAIMS, exp: NOW }), "it has expired"],
    ["a future start", sign({ ...CLAIMS, nbf: NOW + 1 }), "it is not valid yet"],
    ["another key", sign(CLAIMS, { alg: "RS256", kid: "two" }), 'its issuer has no key "two"'],
    ["a stranger's signature", sign(CLAIMS, undefined, STRANGER), "its signature is wrong"],
    ["no signature", sign(CLAIMS, { alg: "none", kid: "one" }), 'its algorithm is "none"'],
    ["another shape", "notajwt", "it is not a signed JWT"],
  ])("with %s is refused", (_what, token, why) => {
    expect(refuseToken(token, KEYS, RULE, NOW)).toContain(why);
  });
});
