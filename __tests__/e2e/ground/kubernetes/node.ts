import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { Part, Program } from "../parts/part.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { NODE_ADDRESS, NODE_NAME, PORTS } from "./addresses.ts";
import { ensureKubernetes, KUBERNETES_VERSIONS } from "./binaries.ts";
import { containerd, importImage } from "./containerd.ts";
import { coreDnsObjects } from "./coredns.ts";
import { ensureSystemImages } from "./images.ts";
import { getObject, kubectl, pkiDirectory, waitUntil } from "./kubectl.ts";
import { kubelet, kubeletConfig, kubeProxy, kubeProxyConfig } from "./kubelet.ts";
import { refuseOtherRules, removeRules } from "./kube-proxy-rules.ts";
import { isMachinePrepared, prepareMachine, requireRoot, restoreMachine } from "./machine.ts";
import { applyObjects } from "./objects.ts";
import { CONTAINERD_VERSION, ensureNodeTools } from "./node-tools.ts";

const PROJECT = join(import.meta.dirname, "../../../..");

interface NodeObject {
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

/** A real node on this machine, with pods that the kernel isolates, and the cluster's DNS. */
export const NODE: Part = {
  name: "node",
  about: `a real node: containerd ${CONTAINERD_VERSION}, runc, kubelet, kube-proxy, CoreDNS ${KUBERNETES_VERSIONS.coredns}; needs root`,
  needs: ["kubernetes"],
  async install() {
    await ensureKubernetes();
    await ensureNodeTools();
    await ensureSystemImages();
  },
  async prepare(data) {
    const tools = await ensureNodeTools();
    const binaries = await ensureKubernetes();
    const pki = pkiDirectory();
    requireRoot();
    if (!isMachinePrepared(data)) await refuseOtherRules(tools);
    await prepareMachine(data);
    const kubeletFile = await writeOnce(join(data, "kubelet.json"), kubeletConfig(data, pki));
    const proxyFile = await writeOnce(join(data, "kube-proxy.json"), kubeProxyConfig(pki));
    return [
      door(),
      await containerd(tools, data),
      kubelet(binaries.kubelet, tools, data, pki, kubeletFile),
      kubeProxy(binaries["kube-proxy"], tools, proxyFile),
    ];
  },
  async afterUp(data) {
    const tools = await ensureNodeTools();
    for (const archive of await ensureSystemImages()) await importImage(tools, data, archive);
    await applyObjects(join(data, "coredns.json"), coreDnsObjects());
    await waitUntil("the node to be ready", 90, isNodeReady);
    const rollout = ["rollout", "status", "deployment/coredns", "--namespace=kube-system", "--timeout=90s"];
    await kubectl(rollout);
  },
  async afterDown(data) {
    if (!existsSync(data)) return;
    // Without its mark it never got to its programs, and rules that are there are not its own.
    if (isMachinePrepared(data)) await removeRules(await ensureNodeTools());
    await restoreMachine(data);
  },
};

// kube-proxy ends when its configuration is written again under it.
async function writeOnce(file: string, text: string): Promise<string> {
  if (!existsSync(file)) await writeFile(file, text);
  return file;
}

function door(): Program {
  const ports = [PORTS.apiServer, PORTS.sts, PORTS.stateMetrics, ...Object.values(SERVICE_PORTS)];
  return {
    name: "door",
    command: process.execPath,
    args: ["--import", "tsx", join(import.meta.dirname, "door.ts"), NODE_ADDRESS, ...ports.map(String)],
    cwd: PROJECT,
    ports: [],
    ready: () => isOpen(NODE_ADDRESS, PORTS.apiServer),
  };
}

function isOpen(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    socket.once("connect", () => socket.destroy());
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
}

async function isNodeReady(): Promise<boolean> {
  const node = await getObject<NodeObject>("node", NODE_NAME).catch(() => undefined); // not registered yet
  return node?.status.conditions.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
