import { createPublicKey, verify, type JsonWebKey } from "node:crypto";

/** A signing key of an issuer. */
export interface IssuerKey extends JsonWebKey {
  readonly kid: string;
}

/** What a role's trust policy wants of a token. */
export interface TokenRule {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
}

interface Claims {
  readonly iss: string;
  readonly aud: readonly string[];
  readonly sub: string;
  readonly exp: number;
  readonly nbf: number;
}

/**
 * Checks a web-identity token as STS does: signature by one of the issuer's keys, issuer, audience, lifetime, and the
 * subject that the trust policy names.
 * @param now seconds since 1970
 * @returns why the token is refused; undefined when it is good
 */
export function refuseToken(
  token: string,
  keys: readonly IssuerKey[],
  rule: TokenRule,
  now: number,
): string | undefined {
  const [header = "", body = "", signature = "", ...rest] = token.split(".");
  if (signature === "" || rest.length > 0) return "it is not a signed JWT";
  const { alg, kid } = decode<{ alg?: string; kid?: string }>(header);
  if (alg !== "RS256") return `its algorithm is "${alg}", not "RS256"`;
  const key = keys.find((candidate) => candidate.kid === kid);
  if (key === undefined) return `its issuer has no key "${kid}"`;
  const signed = Buffer.from(`${header}.${body}`);
  const publicKey = createPublicKey({ key, format: "jwk" });
  if (!verify("RSA-SHA256", signed, publicKey, Buffer.from(signature, "base64url"))) {
    return "its signature is wrong";
  }
  return refuseClaims(decode<Claims>(body), rule, now);
}

function refuseClaims({ iss, aud, sub, exp, nbf }: Claims, rule: TokenRule, now: number): string | undefined {
  if (iss !== rule.issuer) return `its issuer is "${iss}", not "${rule.issuer}"`;
  if (!aud.includes(rule.audience)) return `its audience is "${aud.join(", ")}", not "${rule.audience}"`;
  if (sub !== rule.subject) return `its subject is "${sub}", not "${rule.subject}"`;
  if (now >= exp) return "it has expired";
  if (now < nbf) return "it is not valid yet";
  return undefined;
}

function decode<T>(part: string): T {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as T;
}
