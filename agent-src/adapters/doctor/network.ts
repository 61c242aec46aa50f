import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import type { Network } from "../../doctor/context.ts";

const CONNECT_MILLISECONDS = 5_000;

/** The machine's own resolver and network. */
export const network: Network = {
  async resolve(host) {
    // As fetch resolves: through the system, /etc/hosts included.
    const addresses = await lookup(host, { all: true });
    return addresses.map(({ address }) => address);
  },
  connect: (host, port) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      const end = (error?: Error): void => {
        socket.destroy();
        if (error) reject(error);
        else resolve();
      };
      socket.setTimeout(CONNECT_MILLISECONDS, () =>
        end(
          Object.assign(new Error(`no answer within ${CONNECT_MILLISECONDS / 1000} s`), {
            code: "ETIMEDOUT",
          }),
        ),
      );
      socket.once("connect", () => end());
      socket.once("error", end);
    }),
};
