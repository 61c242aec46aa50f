import { join } from "node:path";
import { pkiDirectory } from "../kubernetes/kubectl.ts";
import type { Part } from "../parts/part.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { prometheusServer } from "../prometheus.ts";
import { grantAccess } from "./access.ts";
import { ensurePrometheus3, PROMETHEUS_3 } from "./build.ts";
import { scrapeConfig } from "./scrape-config.ts";

const port = SERVICE_PORTS.prometheusLive;

/** The cluster's own metrics: of the real node's containers, of the API's objects, of what is annotated. */
export const PROMETHEUS_LIVE: Part = {
  name: "prometheus-live",
  about: `Prometheus ${PROMETHEUS_3.version}, which discovers the cluster's kubelet, kube-state-metrics, Services and pods`,
  needs: ["kubernetes", "node", "kube-state-metrics"],
  install: ensurePrometheus3,
  async prepare(data) {
    const program = await ensurePrometheus3();
    const token = await grantAccess(data);
    const config = scrapeConfig({ authority: join(pkiDirectory(), "ca.crt"), token });
    const setting = { program, directory: data, data: join(data, "prometheus-data"), port, config };
    return [{ ...(await prometheusServer(setting)), name: "prometheus-live", ports: [port] }];
  },
  facts: { "Prometheus, live": `http://127.0.0.1:${port}` },
};
