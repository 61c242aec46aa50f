/** Where the pieces of the cluster listen, and which addresses it hands out. */

/** The API server, for this machine. */
export const API_SERVER_URL = "https://127.0.0.1:6443";

/** Ports on 127.0.0.1. */
export const PORTS = {
  etcd: 2379,
  etcdPeer: 2380,
  apiServer: 6443,
  controllerManager: 10257,
  scheduler: 10259,
  kubeletHealth: 10248,
  kubeProxyMetrics: 10249,
  kubeProxyHealth: 10256,
  kwok: 10247,
  stateMetrics: 8080,
  stateMetricsSelf: 8081,
  identityWebhook: 9443,
  sts: 4567,
} as const;

/** The real node's name. */
export const NODE_NAME = "ground-node-0";

/**
 * The real node's address. Kubernetes refuses 127.0.0.0/8 for a node, so this one is put on the loopback interface:
 * no other machine is told of it.
 */
export const NODE_ADDRESS = "10.99.0.1";

/** Port of the kubelet, on the node's address. */
export const KUBELET_PORT = 10250;

/** Addresses of Services: the API server's is the first, the cluster's DNS has the usual one. */
export const SERVICE_RANGE = "10.96.0.0/16";
export const API_SERVER_SERVICE = "10.96.0.1";
export const DNS_SERVICE = "10.96.0.10";

/** Addresses of the real node's pods. */
export const POD_RANGE = "10.244.0.0/24";

/** The bridge that the pods hang on. */
export const POD_BRIDGE = "cni-ground";
