import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { ConfigError } from "../export/errors.ts";
import type { OutgoingRequest } from "./http-transport.ts";

/** An AWS identity; the SDK gives more of it. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Which region's Amazon Managed Service for Prometheus is asked, and as whom. */
export interface SigV4Settings {
  readonly region: string;
  /** @default the SDK's chain: environment, profile, web identity, Pod Identity, instance */
  readonly credentials?: () => Promise<AwsKeys>;
}

/** The headers that sign a request. @throws ConfigError when there are no credentials */
export type SignRequest = (request: OutgoingRequest) => Promise<Readonly<Record<string, string>>>;

/** The name under which Amazon Managed Service for Prometheus is signed for. */
const SERVICE = "aps";

/** Signs requests with AWS Signature Version 4, by the SDK's own signer. Credentials are renewed as they expire. */
export function signerOf({ region, credentials }: SigV4Settings): SignRequest {
  const chain = credentials ?? defaultProvider({ clientConfig: { region } });
  const signer = new SignatureV4({
    service: SERVICE,
    region,
    sha256: Sha256,
    credentials: () => getKeys(chain, region),
  });
  return async ({ url, method, headers, body }) => {
    const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
    const signed = await signer.sign({
      protocol,
      hostname,
      ...(port === "" ? {} : { port: Number(port) }),
      method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      // Only what no proxy changes.
      headers: { host, ...(headers["content-type"] ? { "content-type": headers["content-type"] } : {}) },
      body: body ?? "",
    });
    return signed.headers;
  };
}

async function getKeys(chain: () => Promise<AwsKeys>, region: string): Promise<AwsKeys> {
  try {
    return await chain();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `Cannot get AWS credentials to sign for Prometheus in "${region}": ${reason}; use web identity or Pod Identity in a cluster, AWS_PROFILE or AWS_ACCESS_KEY_ID on a desk`,
      { cause },
    );
  }
}

/** SHA-256, and its HMAC when there is a key, in the form the signer wants. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
