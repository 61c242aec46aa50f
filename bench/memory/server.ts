// Prometheus and OpenCost of a made-up cluster, in a process of its own: node server.ts <containers>
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { allocationsOf } from "./allocations.ts";
import { answerOf } from "./answers.ts";
import { clusterOf } from "./cluster.ts";

const cluster = clusterOf(Number(process.argv[2]));
const PIECE = 64 * 1024;

/** Small texts as chunks of a usual size. */
function* chunksOf(texts: Iterable<string>): Generator<Buffer> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  if (piece !== "") yield Buffer.from(piece);
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return new URLSearchParams(body);
}

function textsOf(path: string, query: URLSearchParams): Iterable<string> {
  switch (path) {
    case "/api/v1/query":
      return answerOf(cluster, query.get("query") ?? "", Number(query.get("time")));
    case "/api/v1/query_range":
      return [
        `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[${query.get("start")},"1"]]}]}}`,
      ];
    case "/api/v1/status/buildinfo":
      return ['{"status":"success","data":{"version":"3.5.0","revision":"bench","goVersion":"go1.24"}}'];
    case "/api/v1/label/namespace/values":
      return ['{"status":"success","data":[]}'];
    case "/allocation/compute":
      return allocationsOf(cluster, Number(query.get("window")?.split(",")[0]));
    case "/installInfo":
      return ['{"version":"1.118.0"}'];
  }
  throw new Error(`nobody asks for "${path}"`);
}

const server = createServer((request, response) => {
  void (async () => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const query = request.method === "POST" ? await formOf(request) : url.searchParams;
    response.writeHead(200, { "content-type": "application/json" });
    Readable.from(chunksOf(textsOf(url.pathname, query))).pipe(response);
  })();
});
// Node's own limits would answer 408 when a busy machine lets a request wait.
server.requestTimeout = 0;
server.headersTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, ...cluster }));
});
