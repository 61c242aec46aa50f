import { BlockList, connect, createServer } from "node:net";
import { addressBehind } from "../opencost-address.ts";
import { NODE_ADDRESS, POD_RANGE } from "./addresses.ts";

/**
 * Who may come in. The kernel takes a packet for an address of `lo` from any interface (the weak host model), so a
 * neighbour in this machine's network who sets a route would reach the door, too.
 */
const LET_IN = new BlockList();
LET_IN.addSubnet(...subnet(POD_RANGE));
LET_IN.addAddress(NODE_ADDRESS);

/**
 * Lets pods reach what listens on this machine's 127.0.0.1, which in a pod is the pod itself.
 * `node --import tsx door.ts <address> <port> …`: passes connections of pods and of this machine to `address`, one of
 * this machine's own, on to the same port of 127.0.0.1; OpenCost's to the one that OPENCOST_URL names.
 */
function main([address, ...ports]: readonly string[]): void {
  if (address === undefined || ports.length === 0) throw new Error("usage: door.ts <address> <port> …");
  for (const port of ports.map(Number)) {
    const behind = addressBehind(port);
    const server = createServer((incoming) => {
      if (!LET_IN.check(incoming.remoteAddress ?? "")) return incoming.destroy();
      const outgoing = connect(behind);
      // One side that breaks off ends the other: what it would have said is lost either way.
      incoming.on("error", () => outgoing.destroy());
      outgoing.on("error", () => incoming.destroy());
      incoming.pipe(outgoing).pipe(incoming);
    });
    server.listen(port, address);
  }
}

function subnet(range: string): [string, number] {
  const [net = "", prefix] = range.split("/");
  return [net, Number(prefix)];
}

main(process.argv.slice(2));
