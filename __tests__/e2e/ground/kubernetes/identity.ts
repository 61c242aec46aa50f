import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { answers } from "../daemon.ts";
import type { Part } from "../parts/part.ts";
import { PORTS } from "./addresses.ts";
import { answersOk } from "./api-server.ts";
import { pkiDirectory } from "./kubectl.ts";
import { applyObjects } from "./objects.ts";

const PROJECT = join(import.meta.dirname, "../../../..");
const URL = `https://127.0.0.1:${PORTS.identityWebhook}`;

/** IRSA: pods of a service account that names a role get a token for it, as on EKS. */
export const IDENTITY: Part = {
  name: "pod-identity",
  about: "IRSA: a stand-in for EKS's webhook, and an STS that checks tokens before the emulator answers",
  needs: ["ministack", "kubernetes"],
  install: () => Promise.resolve(),
  prepare() {
    const pki = pkiDirectory();
    const script = join(import.meta.dirname, "identity-webhook.ts");
    const webhook = {
      name: "identity-webhook",
      command: process.execPath,
      args: ["--import", "tsx", script, pki],
      cwd: PROJECT,
      ports: [PORTS.identityWebhook],
      ready: () => answersOk(URL, join(pki, "ca.crt")),
    };
    const sts = {
      name: "sts",
      command: process.execPath,
      args: ["--import", "tsx", join(import.meta.dirname, "sts.ts"), pki],
      cwd: PROJECT,
      ports: [PORTS.sts],
      ready: () => answers(`http://127.0.0.1:${PORTS.sts}/healthz`),
    };
    return Promise.resolve([webhook, sts]);
  },
  async afterUp(data) {
    const authority = (await readFile(join(pkiDirectory(), "ca.crt"))).toString("base64");
    await applyObjects(join(data, "webhook.json"), [configuration(authority)]);
  },
};

function configuration(caBundle: string): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "pod-identity-webhook" },
    webhooks: [
      {
        name: "pod-identity-webhook.amazonaws.com",
        clientConfig: { url: `${URL}/mutate`, caBundle },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        // As on EKS: a pod without credentials is better than no pod.
        failurePolicy: "Ignore",
        timeoutSeconds: 10,
      },
    ],
  };
}
