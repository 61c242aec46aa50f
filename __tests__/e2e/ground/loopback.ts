import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of this process. */
export interface LoopbackServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves `listener` on a free loopback port. */
export async function serveLoopback(listener: RequestListener, port = 0): Promise<LoopbackServer> {
  const server = createServer(listener);
  await listenOn(server, port);
  return { url: `http://127.0.0.1:${portOf(server)}`, stop: () => closeServer(server) };
}

/** Listens on the loopback interface. */
export async function listenOn(server: Pick<Server, "listen" | "once">, port = 0): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

/** The port a server was given. */
export function portOf(server: Pick<Server, "address">): number {
  return (server.address() as AddressInfo).port;
}

/** Stops listening and ends what is still open. */
export async function closeServer(server: Pick<Server, "close" | "closeAllConnections">): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
