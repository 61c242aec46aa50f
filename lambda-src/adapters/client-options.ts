const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Options of every AWS client: of one attempt, that is. Without the time-outs one hanging region eats the whole run: the SDK's HTTP handler
 * has none, and only warns unless told to throw. `AWS_ENDPOINT_URL` is honoured by the SDK itself.
 */
export function clientOptions(region: string) {
  return {
    region,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}
