import { COREDNS_IMAGE } from "../kubernetes/images.ts";
import { NODE_NAME } from "../kubernetes/addresses.ts";
import { REAL_NODE_LABEL } from "../kubernetes/kubelet.ts";

/** A real pod of known requests and limits that shows metrics of its own. */
export const PROBE = {
  namespace: "default",
  pod: "probe",
  container: "dns",
  node: NODE_NAME,
  cpuRequest: 0.05,
  cpuLimit: 0.1,
  memoryRequest: 32 * 2 ** 20,
  memoryLimit: 96 * 2 ** 20,
  metricsPort: 9153,
} as const;

const { namespace, pod: name, container, metricsPort } = PROBE;

const COREFILE = `.:5353 {
    prometheus :${metricsPort}
    template ANY ANY { rcode NXDOMAIN }
}
`;

/** The pod, annotated so that Prometheus discovers it, and its configuration. */
export function probeObjects(): readonly object[] {
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": String(metricsPort) };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { Corefile: COREFILE } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, annotations, labels: { app: name } },
      spec: {
        nodeSelector: { [REAL_NODE_LABEL]: "true" },
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: container,
            image: COREDNS_IMAGE,
            imagePullPolicy: "Never",
            args: ["-conf", "/etc/coredns/Corefile"],
            ports: [{ containerPort: metricsPort, name: "metrics" }],
            resources: {
              requests: { cpu: String(PROBE.cpuRequest), memory: String(PROBE.memoryRequest) },
              limits: { cpu: String(PROBE.cpuLimit), memory: String(PROBE.memoryLimit) },
            },
            volumeMounts: [{ name: "configuration", mountPath: "/etc/coredns" }],
          },
        ],
        volumes: [{ name: "configuration", configMap: { name } }],
      },
    },
  ];
}
