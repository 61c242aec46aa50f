import { failureOf } from "../adapters/s3-errors.ts";

/** Why a store refuses, as far as its error tells, and what to do. */
export interface StoreRefusal {
  readonly reason: string;
  readonly fix: string;
}

const CREDENTIALS_FIX =
  "in a cluster check the service account's role (eks.amazonaws.com/role-arn, or its Pod Identity association); on a desk AWS_PROFILE or AWS_ACCESS_KEY_ID";

const BY_CODE: Readonly<Record<string, StoreRefusal>> = {
  NoSuchBucket: {
    reason: "the bucket does not exist",
    fix: "check the name in --sink, or deploy the account stack first",
  },
  AuthorizationHeaderMalformed: {
    reason: "the request was signed for another region than the bucket's",
    fix: "set AWS_REGION to the bucket's region",
  },
  PermanentRedirect: {
    reason: "the bucket is in another region",
    fix: "set AWS_REGION to the bucket's region",
  },
  IllegalLocationConstraintException: {
    reason: "the bucket is in another region",
    fix: "set AWS_REGION to the bucket's region",
  },
  RequestTimeTooSkewed: {
    reason: "this machine's clock is more than 15 minutes off S3's",
    fix: "synchronise this machine's clock (chrony, or the cloud's time service)",
  },
  InvalidAccessKeyId: { reason: "the access key is not known", fix: CREDENTIALS_FIX },
  SignatureDoesNotMatch: { reason: "the secret key does not fit the access key", fix: CREDENTIALS_FIX },
  ExpiredToken: { reason: "the session has expired", fix: CREDENTIALS_FIX },
  InvalidIdentityToken: {
    reason: "STS does not accept the pod's token",
    fix: "check that the account has an OIDC provider for the cluster's issuer, and the role's trust its namespace and service account",
  },
  CredentialsProviderError: { reason: "no credentials were found", fix: CREDENTIALS_FIX },
  "KMS.NotFoundException": {
    reason: "the bucket's KMS key does not exist",
    fix: "check the bucket's encryption",
  },
  "KMS.DisabledException": { reason: "the bucket's KMS key is disabled", fix: "enable the key" },
  "KMS.KMSInvalidStateException": {
    reason: "the bucket's KMS key cannot be used in its state",
    fix: "cancel its deletion, or name another key",
  },
  QuotaExceeded: { reason: "the store is full", fix: "raise its quota" },
  ENOSPC: { reason: "the file system is full", fix: "free space, or use a larger volume" },
  EROFS: { reason: "the file system is read-only", fix: "mount a volume that can be written at --sink" },
  EACCES: {
    reason: "this user may not write there",
    fix: "give the folder to the user that runs the export (fsGroup in a pod)",
  },
  EPERM: {
    reason: "this user may not write there",
    fix: "give the folder to the user that runs the export (fsGroup in a pod)",
  },
  ENOTDIR: { reason: "a part of the path is a file", fix: "check the path in --sink" },
};

/**
 * Reads the error of a store, or its cause.
 * @param who whose credentials were used, as far as it is known
 */
export function explainRefusal(error: unknown, who: string | undefined): StoreRefusal {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const { code, status } = failureOf(inner);
  const message = inner instanceof Error ? inner.message : String(inner);
  const known = BY_CODE[code];
  if (known) return known;
  if (code === "AccessDenied" || code === "Forbidden" || status === 403) return accessDenied(message, who);
  const text = error instanceof Error ? error.message : String(error);
  return { reason: text, fix: "see the reason" };
}

function accessDenied(message: string, who: string | undefined): StoreRefusal {
  const principal = who === undefined ? "these credentials" : `"${who}"`;
  // S3 passes on what KMS said: `… is not authorized to perform: kms:GenerateDataKey on resource: …`.
  const kms = /kms:\w+/.exec(message)?.[0];
  if (kms !== undefined) {
    return {
      reason: `${principal} may not use the bucket's KMS key (${kms})`,
      fix: `allow ${principal} kms:GenerateDataKey and kms:Decrypt, in the key's policy and in its own`,
    };
  }
  return {
    reason: `access is denied to ${principal}`,
    fix: "a cluster's role may only use its own prefix: check --cluster-arn and --key-prefix, that the pod runs with the cluster's role, and the bucket's policy",
  };
}
