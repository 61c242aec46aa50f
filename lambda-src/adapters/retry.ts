import pRetry from "p-retry";
import { isTransient } from "../aws-errors.ts";

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  readonly retries: number;
  readonly minTimeout: number;
  readonly maxTimeout: number;
  /** No attempt is begun after so many milliseconds. */
  readonly maxRetryTime?: number;
}

/**
 * Half a minute: IAM's throttles and its settling take seconds. With the last attempt's own time-out this is what a call
 * that hangs takes of the time that a run keeps in reserve (`lambda-run.ts`).
 */
export const IAM_RETRY: RetryPolicy = {
  retries: 6,
  minTimeout: 500,
  maxTimeout: 15_000,
  maxRetryTime: 30_000,
};

/** Repeats `call` while its error is transient, or one that `alsoRetry` accepts. */
export function withRetry<T>(
  call: () => Promise<T>,
  policy: RetryPolicy,
  alsoRetry: (error: unknown) => boolean = () => false,
): Promise<T> {
  return pRetry(call, {
    ...policy,
    randomize: true,
    shouldRetry: ({ error }) => isTransient(error) || alsoRetry(error),
  });
}
