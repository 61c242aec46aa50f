// A Prometheus that knows one answer. Started by bench/main.ts in a process of its own: node server.ts <series>
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { matrixBody } from "./matrix.ts";

const body = [...matrixBody(Number(process.argv[2]))];
const bytes = body.reduce((sum, piece) => sum + piece.length, 0);

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes });
  Readable.from(body).pipe(response);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, bytes }));
});
