// OpenCost of a made-up cluster, in a process of its own: node made-up-opencost.ts <containers>
import { Readable } from "node:stream";
import { serveLoopback } from "../../__tests__/e2e/ground/loopback.ts";
import { parseWindow } from "../../__tests__/e2e/ground/opencost/window.ts";
import { allocationsOf } from "../memory/allocations.ts";
import { clusterOf } from "../memory/cluster.ts";

/** Every tenth pod of the made-up cluster has a volume; one in five of them is told, as many as a generated cluster has. */
const VOLUMES_TOLD = 5;
const PIECE = 64 * 1024;

const cluster = clusterOf(Number(process.argv[2]));

function* chunksOf(texts: Iterable<string>): Generator<Buffer> {
  let [piece, volumes] = ["", 0];
  for (const text of texts) {
    // opencost-parquet-exporter makes four columns of each volume: with all of them it would have 8,000 at 20,000 pods.
    piece += text.replace(/"pvs":\{.*?\}\}/, (pvs) => (volumes++ % VOLUMES_TOLD === 0 ? pvs : `"pvs":null`));
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(piece);
}

const { url } = await serveLoopback((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  response.writeHead(200, { "content-type": "application/json" });
  if (pathname !== "/allocation/compute") return void response.end('{"version":"1.118.0"}');
  const window = parseWindow(searchParams.get("window") ?? "");
  if (!window) throw new Error(`"${request.url}" has no window`);
  Readable.from(chunksOf(allocationsOf(cluster, window.start))).pipe(response);
});
console.log(JSON.stringify({ url }));
