import { createHash, createHmac } from "node:crypto";

/** A signed request as a server has it. Names of headers are in lower case. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * The signature that AWS would work out for a request of AWS Signature Version 4, from the documentation alone
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), not from the SDK.
 */
export function expectedSignature(request: SignedRequest, secretKey: string): string {
  const { date, region, service, signedHeaders } = readAuthorization(request);
  const scope = [date, region, service, "aws4_request"];
  const amzDate = String(request.headers["x-amz-date"]);
  const toSign = ["AWS4-HMAC-SHA256", amzDate, scope.join("/"), sha256(canonical(request, signedHeaders))];
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretKey}`);
  return hmac(key, toSign.join("\n")).toString("hex");
}

/** The parts of the Authorization header. @throws Error when it is not there in whole */
export function readAuthorization({ headers }: SignedRequest): {
  readonly keyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
} {
  const match =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      String(headers["authorization"]),
    );
  if (!match) throw new Error("the request is not signed");
  const [, keyId = "", date = "", region = "", service = "", names = "", signature = ""] = match;
  return { keyId, date, region, service, signedHeaders: names.split(";"), signature };
}

function canonical({ method, url, headers, body }: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = "/", query = ""] = url.split("?");
  const parameters = [...new URLSearchParams(query)].map(
    ([name, value]) => `${escape(name)}=${escape(value)}`,
  );
  // Each part of the path is escaped once more, as for every service but S3.
  const segments = path.split("/").map((part) => escape(part));
  return [
    method,
    segments.join("/"),
    parameters.sort().join("&"),
    ...signedHeaders.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
}

function escape(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}
