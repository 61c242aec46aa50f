import { TransientError } from "../export/errors.ts";

/** The parts of an SDK error that decide what to do. */
export interface S3Failure {
  /** `PreconditionFailed`, `NoSuchKey`, `ECONNREFUSED`, … */
  readonly code: string;
  readonly status: number | undefined;
}

/** Reads an SDK or network error. */
export function failureOf(error: unknown): S3Failure {
  if (!(error instanceof Error)) return { code: String(error), status: undefined };
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  const status =
    typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
      ? Number(metadata.httpStatusCode)
      : undefined;
  const network = "code" in error && typeof error.code === "string" ? error.code : undefined;
  // Some wrappers keep a network error's code in the message only.
  const code = network ?? /\bE[A-Z]{4,}\b/.exec(status === undefined ? error.message : "")?.[0];
  return { code: code ?? error.name, status };
}

/** The condition of a write did not hold, or a conflicting write was under way. */
export function isConditionFailure({ code, status }: S3Failure): boolean {
  return status === 412 || code === "PreconditionFailed" || code === "ConditionalRequestConflict";
}

/** There is no such object, upload or key. Not a missing bucket. */
export function isNotFound({ code, status }: S3Failure): boolean {
  return code !== "NoSuchBucket" && (status === 404 || code === "NoSuchKey" || code === "NoSuchUpload");
}

export function isForbidden({ status }: S3Failure): boolean {
  return status === 403;
}

const CREDENTIALS =
  "check the credentials: web identity or Pod Identity in a cluster, AWS_PROFILE or AWS_ACCESS_KEY_ID on a desk";

const REASONS: Readonly<Record<string, string>> = {
  NoSuchBucket: "the bucket does not exist; check its name, or deploy the account stack first",
  AccessDenied:
    "access is denied; the cluster's role may only use its own prefix, see --key-prefix and --cluster-arn",
  Forbidden:
    "access is denied; the cluster's role may only use its own prefix, see --key-prefix and --cluster-arn",
  PermanentRedirect: "the bucket is in another region; set AWS_REGION to the bucket's",
  InvalidAccessKeyId: `the access key is not known; ${CREDENTIALS}`,
  SignatureDoesNotMatch: `the secret key does not fit the access key; ${CREDENTIALS}`,
  ExpiredToken: `the session has expired; ${CREDENTIALS}`,
  CredentialsProviderError: `no credentials were found; ${CREDENTIALS}`,
  RequestTimeTooSkewed: "this machine's clock is off; set it",
  ECONNREFUSED: "the connection was refused; check AWS_ENDPOINT_URL_S3",
  ENOTFOUND: "the host name does not resolve; check the network and AWS_ENDPOINT_URL_S3",
  TimeoutError: "there was no answer in time; check the network, proxies and VPC endpoints",
  SlowDown: "S3 asks to slow down; the next run tries again",
};

/** An S3 error in words that say what to do. */
export function s3Error(action: string, url: string, error: unknown): TransientError {
  const { code, status } = failureOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const reason = REASONS[code] ?? (status === 403 ? REASONS["AccessDenied"] : undefined) ?? message;
  const label = status === undefined ? code : `${code}, HTTP ${status}`;
  return new TransientError(`Cannot ${action} ${url}: ${reason} (${label})`, { cause: error });
}
