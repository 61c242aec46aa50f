/**
 * Calls a JSON action of the emulator, of a service for which the product has no SDK client. It asks for no valid
 * signature, but reads service and region from one.
 * @param target as the service spells it, such as "TrentService.CreateKey"
 */
export async function askAws<T>(
  url: string,
  service: string,
  target: string,
  body: object = {},
  region = "us-east-1",
): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261124/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`"${target}" was answered with ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
