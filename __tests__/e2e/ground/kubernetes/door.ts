import { connect, createServer } from "node:net";
import { addressBehind } from "../opencost-address.ts";

/**
 * Lets pods reach what listens on this machine's 127.0.0.1, which in a pod is the pod itself.
 * `node --import tsx door.ts <address> <port> …`: passes every connection to `address`, one of this machine's own,
 * on to the same port of 127.0.0.1; OpenCost's to the one that OPENCOST_URL names.
 */
function main([address, ...ports]: readonly string[]): void {
  if (address === undefined || ports.length === 0) throw new Error("usage: door.ts <address> <port> …");
  for (const port of ports.map(Number)) {
    const behind = addressBehind(port);
    const server = createServer((incoming) => {
      const outgoing = connect(behind);
      // One side that breaks off ends the other: what it would have said is lost either way.
      incoming.on("error", () => outgoing.destroy());
      outgoing.on("error", () => incoming.destroy());
      incoming.pipe(outgoing).pipe(incoming);
    });
    server.listen(port, address);
  }
}

main(process.argv.slice(2));
