import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text, type Answer } from "./answer.ts";
import type { AnswerOpenCost } from "./opencost.ts";
import type { AnswerPrometheus } from "./prometheus.ts";

/** A running replay. */
export interface ReplayServer {
  readonly prometheusUrl: string;
  readonly openCostUrl: string;
  close(): Promise<void>;
}

/** Serves both replays on one free loopback port, each below its own path. */
export async function startReplay(
  prometheus: AnswerPrometheus,
  openCost: AnswerOpenCost,
): Promise<ReplayServer> {
  const routes = [
    { prefix: "/prometheus", answer: prometheus },
    { prefix: "/opencost", answer: openCost },
  ];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const route = routes.find(({ prefix }) => url.pathname.startsWith(`${prefix}/`));
    const answered = route
      ? readParameters(request, url).then((all) => route.answer(url.pathname.slice(route.prefix.length), all))
      : Promise.resolve(text(404, "404 page not found\n"));
    answered
      .catch((error: unknown): Answer =>
        text(500, `${error instanceof Error ? error.message : String(error)}\n`),
      )
      .then(({ status, contentType, body }) => {
        response.writeHead(status, { "content-type": contentType });
        response.end(body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    prometheusUrl: `http://127.0.0.1:${port}/prometheus`,
    openCostUrl: `http://127.0.0.1:${port}/opencost`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Parameters of the URL and, for a POST, of its form. */
async function readParameters(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  const parameters = new URLSearchParams(url.search);
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString("utf8"))) {
    parameters.append(name, value);
  }
  return parameters;
}
