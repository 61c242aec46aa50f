import { serveLoopback, type LoopbackServer } from "../loopback.ts";
import type { Snapshot } from "../population/snapshot.ts";
import { gpuDevices } from "./devices.ts";
import { gpuPage } from "./page.ts";

// As promhttp says it.
const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const NODE = /^\/nodes\/([^/]+)\/metrics$/;

/**
 * Serves the GPUs of a generated cluster as dcgm-exporter does: `/metrics` of all nodes, `/nodes/<name>/metrics` of one,
 * as the exporter on that node would. Usage goes on with the clock; which pods run is the snapshot's.
 */
export async function startGpuMetrics(
  snapshot: Snapshot,
  since: number,
  port = 0,
  now: () => number = () => Date.now() / 1000,
): Promise<LoopbackServer> {
  const devices = gpuDevices(snapshot);
  return serveLoopback((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/health") return void response.writeHead(200).end("OK");
    const name = NODE.exec(pathname)?.[1];
    const told = name === undefined ? devices : devices.filter(({ node }) => node === name);
    if ((pathname !== "/metrics" && name === undefined) || (name !== undefined && told.length === 0))
      return void response.writeHead(404).end("404 page not found\n");
    response.writeHead(200, { "content-type": TEXT }).end(gpuPage(told, now(), since));
  }, port);
}
