import type { IncomingMessage } from "node:http";
import { request, type Agent } from "node:https";
import { text } from "node:stream/consumers";

/**
 * Reads a document of the API server. `agent` holds its authority, and credentials where they are needed.
 * @throws Error with status and body when the answer is not 200
 */
export async function getJson<T>(agent: Agent, url: string): Promise<T> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent }, resolve).on("error", reject).end();
  });
  const body = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`"${url}" answered ${answer.statusCode}: ${body}`);
  return JSON.parse(body) as T;
}
