import { join } from "node:path";
import type { Program } from "../parts/part.ts";
import { DNS_SERVICE, KUBELET_PORT, NODE_ADDRESS, NODE_NAME, POD_RANGE, PORTS } from "./addresses.ts";
import { containerdSocket } from "./containerd.ts";
import type { NodeTools } from "./node-tools.ts";

/** Label of the real node: what must not land on a simulated one selects it. */
export const REAL_NODE_LABEL = "ground/real";

/** Root of all cgroups of pods, so that what runs in them is known to be the ground's. */
export const CGROUP_ROOT = "ground";

/** Configuration of the kubelet, as JSON, which is YAML. */
export function kubeletConfig(data: string, pki: string): string {
  return JSON.stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: NODE_ADDRESS,
    port: KUBELET_PORT,
    healthzBindAddress: "127.0.0.1",
    healthzPort: PORTS.kubeletHealth,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${CGROUP_ROOT}`,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: ["pods"],
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    containerRuntimeEndpoint: `unix://${containerdSocket(data)}`,
    clusterDNS: [DNS_SERVICE],
    clusterDomain: "cluster.local",
    resolvConf: "/etc/resolv.conf",
    podLogsDir: join(data, "pod-logs"),
    volumePluginDir: join(data, "volume-plugins"),
    tlsCertFile: join(pki, "kubelet-server.crt"),
    tlsPrivateKeyFile: join(pki, "kubelet-server.key"),
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(pki, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    // A developer's disk is often nearly full; images are only ever loaded by hand.
    evictionHard: { "memory.available": "200Mi", "nodefs.available": "2%", "imagefs.available": "2%" },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    makeIPTablesUtilChains: false,
    maxPods: 110,
  });
}

/** The node's agent. `config` is the path of its configuration. */
export function kubelet(
  command: string,
  tools: NodeTools,
  data: string,
  pki: string,
  config: string,
): Program {
  const args = [
    `--config=${config}`,
    `--kubeconfig=${join(pki, "kubelet.kubeconfig")}`,
    `--root-dir=${join(data, "kubelet")}`,
    // Deprecated, but without it cAdvisor's series have no containers when the socket is not the usual one.
    `--containerd=${containerdSocket(data)}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
    `--node-labels=${REAL_NODE_LABEL}=true`,
  ];
  const ready = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${PORTS.kubeletHealth}/healthz`)).ok;
  return { name: "kubelet", command, args, env: tools.env, ports: [PORTS.kubeletHealth], ready };
}

/** Configuration of the Services' translator. It must not change while the program runs: it exits then. */
export function kubeProxyConfig(pki: string): string {
  return JSON.stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clientConnection: { kubeconfig: join(pki, "kube-proxy.kubeconfig") },
    mode: "nftables",
    clusterCIDR: POD_RANGE,
    hostnameOverride: NODE_NAME,
    bindAddress: NODE_ADDRESS,
    nodePortAddresses: ["127.0.0.0/8"],
    healthzBindAddress: `127.0.0.1:${PORTS.kubeProxyHealth}`,
    metricsBindAddress: `127.0.0.1:${PORTS.kubeProxyMetrics}`,
    conntrack: { maxPerCore: 0 },
  });
}

/** Makes the addresses of Services lead to their pods, with nftables. */
export function kubeProxy(command: string, tools: NodeTools, config: string): Program {
  return {
    name: "kube-proxy",
    command,
    args: [`--config=${config}`],
    env: tools.env,
    ports: [PORTS.kubeProxyHealth, PORTS.kubeProxyMetrics],
    ready: async () => (await fetch(`http://127.0.0.1:${PORTS.kubeProxyHealth}/livez`)).ok,
  };
}
