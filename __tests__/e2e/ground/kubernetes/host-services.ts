import { SERVICE_PORTS } from "../parts/ports.ts";
import { NODE_ADDRESS, PORTS } from "./addresses.ts";

/** A Service by whose name pods reach a part of the ground that runs beside the cluster. */
interface HostService {
  readonly namespace: string;
  readonly name: string;
  /** Port of the Service. */
  readonly port: number;
  /** Port of the part, behind the node's door. */
  readonly hostPort: number;
}

const SERVICES: readonly HostService[] = [
  { namespace: "monitoring", name: "prometheus-server", port: 80, hostPort: SERVICE_PORTS.prometheus },
  { namespace: "opencost", name: "opencost", port: 9003, hostPort: SERVICE_PORTS.opencost },
  { namespace: "storage", name: "s3", port: 7070, hostPort: SERVICE_PORTS.s3 },
  { namespace: "storage", name: "sts", port: 80, hostPort: PORTS.sts },
  { namespace: "storage", name: "aws", port: 4566, hostPort: SERVICE_PORTS.ministack },
];

/** Namespaces, Services and their endpoints, named as the usual charts name them. */
export function hostServiceObjects(): readonly object[] {
  const namespaces = [...new Set(SERVICES.map(({ namespace }) => namespace))].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  }));
  return [...namespaces, ...SERVICES.flatMap((service) => [serviceObject(service), endpoints(service)])];
}

function serviceObject({ namespace, name, port, hostPort }: HostService): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace, name },
    spec: { ports: [{ name: "http", port, targetPort: hostPort, protocol: "TCP" }] },
  };
}

function endpoints({ namespace, name, hostPort }: HostService): object {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { namespace, name: `${name}-ground`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "http", port: hostPort, protocol: "TCP" }],
    endpoints: [{ addresses: [NODE_ADDRESS], conditions: { ready: true } }],
  };
}
