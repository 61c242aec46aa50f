import { realOpencostUrl } from "./env.ts";
import { SERVICE_PORTS } from "./parts/ports.ts";

/** Where a connection goes on to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * What listens behind a port of the ground: the same port of 127.0.0.1; for OpenCost's ports what OPENCOST_URL names.
 * @throws Error when pods could not speak to that by a passed-on connection
 */
export function addressBehind(port: number, real = realOpencostUrl()): Address {
  const isOpencost = port === SERVICE_PORTS.opencost || port === SERVICE_PORTS.generatedOpencost;
  if (!isOpencost || real === undefined) return { host: "127.0.0.1", port };
  const { protocol, hostname, port: named, pathname } = new URL(real);
  if (protocol !== "http:" || pathname !== "/") {
    throw new Error(`OPENCOST_URL is "${real}"; for pods it must be http://host[:port] without a path`);
  }
  return { host: hostname, port: Number(named || 80) };
}
