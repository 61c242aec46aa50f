import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ensureGoProgram } from "./go-build.ts";

/** Pinned versions of what is built. 1.34 is the last Kubernetes that takes a machine with cgroup v1 by default. */
export const KUBERNETES_VERSIONS = {
  kubernetes: "1.34.4",
  etcd: "3.6.4",
  coredns: "1.14.7",
  kwok: "0.8.0",
  kubeStateMetrics: "2.15.0",
  pause: "1",
} as const;

const COMPONENTS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubectl",
] as const;

/** A program of the one that is all of Kubernetes and etcd. */
export type KubernetesComponent = (typeof COMPONENTS)[number];

/** Builds Kubernetes and etcd: one program that acts by the name it is called by. @returns the path of each name */
export async function ensureKubernetes(): Promise<Readonly<Record<KubernetesComponent, string>>> {
  const program = await ensureGoProgram({
    name: "ground-kubernetes",
    version: KUBERNETES_VERSIONS.kubernetes,
    module: "kubernetes",
    stamps: versionStamps(),
  });
  const folder = join(dirname(program), "bin");
  await mkdir(folder, { recursive: true });
  const paths = COMPONENTS.map((name) => [name, join(folder, name)] as const);
  for (const [, path] of paths) if (!existsSync(path)) await symlink(program, path);
  return Object.fromEntries(paths) as Record<KubernetesComponent, string>;
}

// Without them the API server calls itself v0.0.0, and clients that check versions refuse it.
function versionStamps(): string[] {
  const version = KUBERNETES_VERSIONS.kubernetes;
  const [major, minor] = version.split(".");
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
    gitCommit: "0".repeat(40),
    buildDate: "1970-01-01T00:00:00Z",
  };
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((path) =>
    Object.entries(values).map(([name, value]) => `${path}.${name}=${value}`),
  );
}

/** The cluster's DNS server. @returns its path */
export async function ensureCoreDns(): Promise<string> {
  return ensureGoProgram({ name: "coredns", version: KUBERNETES_VERSIONS.coredns, module: "coredns" });
}

/** The program that holds a pod's namespaces open. @returns its path */
export async function ensurePause(): Promise<string> {
  return ensureGoProgram({ name: "pause", version: KUBERNETES_VERSIONS.pause, module: "pause" });
}

/** The simulator of nodes and pods. @returns its path */
export async function ensureKwok(): Promise<string> {
  return ensureGoProgram({
    name: "kwok",
    version: KUBERNETES_VERSIONS.kwok,
    module: "kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
  });
}

/** The exporter of the API server's objects as metrics. @returns its path */
export async function ensureKubeStateMetrics(): Promise<string> {
  return ensureGoProgram({
    name: "kube-state-metrics",
    version: KUBERNETES_VERSIONS.kubeStateMetrics,
    module: "kube-state-metrics",
    package: "k8s.io/kube-state-metrics/v2",
    stamps: [`github.com/prometheus/common/version.Version=v${KUBERNETES_VERSIONS.kubeStateMetrics}`],
  });
}
