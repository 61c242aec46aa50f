import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { S3Client } from "@aws-sdk/client-s3";
import type { S3Keys } from "../ground/s3-access.ts";

/** The keys of a user, or of somebody who assumed a role. */
export interface ActorKeys extends S3Keys {
  readonly sessionToken?: string;
}

/** A client that trusts the server's own certificate; without keys it signs nothing. */
export function openClient(endpoint: string, certificate: string, keys: ActorKeys | undefined): S3Client {
  return new S3Client({
    region: "us-east-1",
    endpoint,
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(certificate) }) },
    // The SDK asks for keys before it finds out that nothing is to be signed.
    credentials: keys ?? { accessKeyId: "none", secretAccessKey: "none" },
    ...(keys ? {} : { signer: { sign: async (request) => request } }),
  });
}
