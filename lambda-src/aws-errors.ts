/** The service's error code, without the `Exception` that the SDK appends to some: `NoSuchEntity`, `Throttling`. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.name.replace(/Exception$/, "");
}

function httpStatus(error: unknown): number {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return 0;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return 0;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : 0;
}

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  // Not retried by the SDK (@smithy/core 3.41.0), though IAM asks for it.
  "ConcurrentModification",
  "EntityTemporarilyUnmodifiable",
  "ServiceFailure",
  "ServiceUnavailable",
  "InternalFailure",
  "Throttling",
  "ThrottledException",
  "TooManyRequests",
  "RequestLimitExceeded",
  "RequestTimeout",
  "TimeoutError",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
]);

/**
 * Whether the same call may succeed in a moment. `LimitExceeded` is a quota and never goes away by itself: the SDK
 * takes it for a throttle, which is why IAM calls are retried here and not there.
 */
export function isTransient(error: unknown): boolean {
  const nodeCode = error instanceof Error && "code" in error ? String(error.code) : "";
  return TRANSIENT_CODES.has(errorCode(error)) || TRANSIENT_CODES.has(nodeCode) || httpStatus(error) >= 500;
}

export function isNotFound(error: unknown): boolean {
  return ["NoSuchEntity", "ResourceNotFound", "NoSuchKey", "NoSuchBucket", "NotFound"].includes(
    errorCode(error),
  );
}

export function isAlreadyThere(error: unknown): boolean {
  return errorCode(error) === "EntityAlreadyExists";
}

export function isQuota(error: unknown): boolean {
  return errorCode(error) === "LimitExceeded";
}

/** The error as one line for a person: code and message. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = errorCode(error);
  return code === "" || code === "Error" ? message : `${code}: ${message}`;
}
