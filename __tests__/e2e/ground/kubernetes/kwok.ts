import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answers } from "../daemon.ts";
import type { Part } from "../parts/part.ts";
import { PORTS } from "./addresses.ts";
import { ensureKwok, KUBERNETES_VERSIONS } from "./binaries.ts";
import { moduleDirectory } from "./go-build.ts";
import { adminKubeconfig } from "./kubectl.ts";

/** Annotation of the nodes that are simulated; the value is "fake". */
export const SIMULATED_NODE_ANNOTATION = "kwok.x-k8s.io/node";

/** kwok's own stages: nodes and pods that do at once what real ones do. */
const STAGES = ["node/fast", "node/heartbeat-with-lease", "pod/fast"];

/** Simulated nodes and pods: whatever lands on a node with the annotation runs, in the API's eyes. */
export const KWOK: Part = {
  name: "kwok",
  about: `kwok ${KUBERNETES_VERSIONS.kwok}: nodes with the annotation ${SIMULATED_NODE_ANNOTATION}=fake, and pods on them, simulated`,
  needs: ["kubernetes"],
  install: ensureKwok,
  async prepare(data) {
    const config = join(data, "kwok.yaml");
    await writeFile(config, await kwokConfig());
    const address = `127.0.0.1:${PORTS.kwok}`;
    const args = [
      `--kubeconfig=${adminKubeconfig()}`,
      `--config=${config}`,
      "--manage-all-nodes=false",
      `--manage-nodes-with-annotation-selector=${SIMULATED_NODE_ANNOTATION}=fake`,
      "--cidr=10.128.0.1/12",
      "--node-ip=127.0.0.1",
      `--node-port=${PORTS.kwok}`,
      `--server-address=${address}`,
    ];
    const ready = (): Promise<boolean> => answers(`http://${address}/healthz`);
    return [{ name: "kwok", command: await ensureKwok(), args, ports: [PORTS.kwok], ready }];
  },
};

async function kwokConfig(): Promise<string> {
  const options = {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokConfiguration",
    options: { nodeLeaseParallelism: 16, podPlayStageParallelism: 16, nodePlayStageParallelism: 16 },
  };
  const folder = join(await moduleDirectory("kwok", "sigs.k8s.io/kwok"), "kustomize/stage");
  const stages: string[] = [];
  for (const stage of STAGES) {
    for (const name of (await readdir(join(folder, stage))).sort()) {
      if (!name.endsWith(".yaml") || name.startsWith("kustomization")) continue;
      stages.push(await readFile(join(folder, stage, name), "utf8"));
    }
  }
  return [JSON.stringify(options), ...stages].join("\n---\n");
}
