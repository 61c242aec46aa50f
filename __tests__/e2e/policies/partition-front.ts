import { request } from "node:http";
import { text } from "node:stream/consumers";
import { serveLoopback, type LoopbackServer } from "../ground/loopback.ts";

/**
 * Lets the emulator at `target`, which plays the partition `aws` only, answer as another one: the partition of every
 * ARN that it names. The provider takes its partition from the ARN with which STS answers who it is.
 */
export function startPartitionFront(target: string, partition: string): Promise<LoopbackServer> {
  return serveLoopback((incoming, outgoing) => {
    const headers = { ...incoming.headers, "accept-encoding": "identity" };
    const forwarded = request(
      new URL(incoming.url ?? "/", target),
      { method: incoming.method, headers },
      (answer) => {
        void text(answer).then(
          (body) => {
            const { "content-length": _, "transfer-encoding": _encoding, ...kept } = answer.headers;
            const named = body.replaceAll("arn:aws:", `arn:${partition}:`);
            outgoing.writeHead(answer.statusCode ?? 502, kept).end(named);
          },
          () => outgoing.destroy(),
        );
      },
    );
    forwarded.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(forwarded);
  });
}
