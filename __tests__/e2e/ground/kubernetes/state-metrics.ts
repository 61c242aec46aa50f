import type { Part } from "../parts/part.ts";
import { PORTS } from "./addresses.ts";
import { ensureKubeStateMetrics, KUBERNETES_VERSIONS } from "./binaries.ts";
import { adminKubeconfig } from "./kubectl.ts";

const URL = `http://127.0.0.1:${PORTS.stateMetrics}`;

// Labels that the dictionary's rows carry; kube-state-metrics shows none unless told to.
const LABELS = "nodes=[*],pods=[*],namespaces=[*],deployments=[*],persistentvolumeclaims=[*]";
const ANNOTATIONS = "pods=[*],namespaces=[*]";

/** The cluster's objects as metrics. */
export const STATE_METRICS: Part = {
  name: "kube-state-metrics",
  about: `kube-state-metrics ${KUBERNETES_VERSIONS.kubeStateMetrics}`,
  needs: ["kubernetes"],
  install: ensureKubeStateMetrics,
  async prepare() {
    const args = [
      `--kubeconfig=${adminKubeconfig()}`,
      "--host=127.0.0.1",
      `--port=${PORTS.stateMetrics}`,
      "--telemetry-host=127.0.0.1",
      `--telemetry-port=${PORTS.stateMetricsSelf}`,
      `--metric-labels-allowlist=${LABELS}`,
      `--metric-annotations-allowlist=${ANNOTATIONS}`,
    ];
    const ports = [PORTS.stateMetrics, PORTS.stateMetricsSelf];
    const ready = async (): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${PORTS.stateMetricsSelf}/readyz`)).ok;
    return [{ name: "kube-state-metrics", command: await ensureKubeStateMetrics(), args, ports, ready }];
  },
  facts: { "kube-state-metrics": `${URL}/metrics` },
};
