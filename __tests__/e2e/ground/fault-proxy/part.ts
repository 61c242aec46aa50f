import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Part } from "../parts/part.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { ensureToxiproxy, TOXIPROXY_VERSION, toxiproxy } from "./toxiproxy.ts";

const { faultProxy, prometheus, opencost, s3 } = SERVICE_PORTS;
const BEHIND = { prometheus, opencost, s3 };
/** A part's port behind the proxy is its own and this. */
const OFFSET = 10_000;

/** Routes to the services, which nothing disturbs until the proxy's API is told so. */
export const FAULT_PROXY: Part = {
  name: "fault-proxy",
  about: `toxiproxy ${TOXIPROXY_VERSION} before ${Object.keys(BEHIND).join(", ")}, on their ports plus ${OFFSET}`,
  needs: [],
  install: ensureToxiproxy,
  async prepare(data) {
    const config = join(data, "routes.json");
    const routes = Object.entries(BEHIND).map(([name, port]) => ({
      name,
      listen: `127.0.0.1:${port + OFFSET}`,
      upstream: `127.0.0.1:${port}`,
      enabled: true,
    }));
    await writeFile(config, JSON.stringify(routes));
    const ports = [faultProxy, ...Object.values(BEHIND).map((port) => port + OFFSET)];
    return [{ ...(await toxiproxy(faultProxy, "", config)), name: "toxiproxy", ports }];
  },
  facts: { "Fault proxy": `http://127.0.0.1:${faultProxy}/proxies` },
};
