import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Part } from "../parts/part.ts";
import { API_SERVER_URL } from "./addresses.ts";
import { apiServer, controllerManager, scheduler, schedulerConfig } from "./api-server.ts";
import { ensureKubernetes, KUBERNETES_VERSIONS } from "./binaries.ts";
import { adminKubeconfig, tryKubectl, waitUntil } from "./kubectl.ts";
import { applyObjects } from "./objects.ts";
import { ensurePki } from "./pki.ts";

/**
 * Lets anyone read the issuer's discovery document and its keys, as the issuer of an EKS cluster does.
 * The role is one of Kubernetes' own.
 */
const PUBLIC_ISSUER = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "ground:public-issuer" },
  roleRef: {
    apiGroup: "rbac.authorization.k8s.io",
    kind: "ClusterRole",
    name: "system:service-account-issuer-discovery",
  },
  subjects: [{ kind: "Group", name: "system:unauthenticated", apiGroup: "rbac.authorization.k8s.io" }],
};

/** The API server, the controllers and the scheduler. */
export const CONTROL_PLANE: Part = {
  name: "kubernetes",
  about: `Kubernetes ${KUBERNETES_VERSIONS.kubernetes}: API server with a token issuer, controllers, scheduler`,
  needs: ["etcd"],
  install: ensureKubernetes,
  async prepare(data) {
    const pki = join(data, "pki");
    await ensurePki(pki);
    const config = join(data, "scheduler.json");
    await writeFile(config, schedulerConfig(pki));
    const binaries = await ensureKubernetes();
    return [apiServer(binaries, pki), controllerManager(binaries, pki), scheduler(binaries, pki, config)];
  },
  async afterUp(data) {
    await applyObjects(join(data, "public-issuer.json"), [PUBLIC_ISSUER]);
    // Pods are refused until the controllers have made it.
    const account = ["get", "serviceaccount", "default", "--namespace=default"];
    await waitUntil("the first service account", 60, async () => (await tryKubectl(account)).code === 0);
  },
  facts: { KUBECONFIG: adminKubeconfig(), "API server": API_SERVER_URL },
};
