import { DNS_SERVICE } from "./addresses.ts";
import { COREDNS_IMAGE } from "./images.ts";
import { REAL_NODE_LABEL } from "./kubelet.ts";

const NAMESPACE = "kube-system";
const LABELS = { "k8s-app": "kube-dns" };

// Names outside the cluster are not forwarded: a pod of the ground has nowhere to go.
const COREFILE = `.:53 {
    errors
    health :8080
    ready :8181
    prometheus :9153
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    cache 10
}
`;

/** The cluster's DNS: one CoreDNS on the real node, at the address that the kubelet names to pods. */
export function coreDnsObjects(): readonly object[] {
  return [...rights(), configuration(), deployment(), service()];
}

function rights(): object[] {
  const group = "rbac.authorization.k8s.io";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "coredns", namespace: NAMESPACE } },
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRole",
      metadata: { name: "ground:coredns" },
      rules: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "ground:coredns" },
      roleRef: { apiGroup: group, kind: "ClusterRole", name: "ground:coredns" },
      subjects: [{ kind: "ServiceAccount", name: "coredns", namespace: NAMESPACE }],
    },
  ];
}

function configuration(): object {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "coredns", namespace: NAMESPACE },
    data: { Corefile: COREFILE },
  };
}

function deployment(): object {
  const container = {
    name: "coredns",
    image: COREDNS_IMAGE,
    imagePullPolicy: "Never",
    args: ["-conf", "/etc/coredns/Corefile"],
    ports: [
      { containerPort: 53, protocol: "UDP", name: "dns" },
      { containerPort: 53, protocol: "TCP", name: "dns-tcp" },
    ],
    readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 2 },
    resources: { limits: { memory: "170Mi" }, requests: { cpu: "50m", memory: "70Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
    },
    volumeMounts: [{ name: "configuration", mountPath: "/etc/coredns" }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace: NAMESPACE },
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: "coredns",
          dnsPolicy: "Default",
          nodeSelector: { [REAL_NODE_LABEL]: "true" },
          containers: [container],
          volumes: [{ name: "configuration", configMap: { name: "coredns" } }],
        },
      },
    },
  };
}

function service(): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace: NAMESPACE,
      // As kubeadm has it.
      annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9153" },
    },
    spec: {
      clusterIP: DNS_SERVICE,
      selector: LABELS,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
        { name: "metrics", port: 9153, protocol: "TCP" },
      ],
    },
  };
}
