import { readFileSync } from "node:fs";
import { Agent, createServer } from "node:https";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { API_SERVER_URL, PORTS } from "./addresses.ts";
import { getJson } from "./https-get.ts";
import { identityPatch, ROLE_ANNOTATION, type PodToMutate } from "./identity-mutation.ts";

/** What the API server asks: AdmissionReview of admission.k8s.io/v1. */
interface AdmissionReview {
  readonly request: { readonly uid: string; readonly namespace: string; readonly object: PodToMutate };
}

interface ServiceAccount {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/**
 * Stands in for the pod identity webhook that EKS runs: `node --import tsx identity-webhook.ts <pki folder>`.
 * The real one is not to be had from the registries.
 */
function main([pki]: readonly string[]): void {
  if (pki === undefined) throw new Error("usage: identity-webhook.ts <pki folder>");
  const read = (name: string): Buffer => readFileSync(join(pki, name));
  const agent = new Agent({ ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") });
  const keys = { cert: read("identity-webhook.crt"), key: read("identity-webhook.key") };
  createServer(keys, (incoming, outgoing) => {
    if (incoming.method === "GET") return void outgoing.writeHead(200).end();
    review(agent, incoming).then(
      (answer) => outgoing.writeHead(200, { "content-type": "application/json" }).end(answer),
      (error: unknown) => {
        console.error(error);
        outgoing.writeHead(500).end();
      },
    );
  }).listen(PORTS.identityWebhook, "127.0.0.1");
}

async function review(agent: Agent, incoming: IncomingMessage): Promise<string> {
  const { request: asked } = JSON.parse(await text(incoming)) as AdmissionReview;
  const account = asked.object.spec.serviceAccountName ?? "default";
  const url = `${API_SERVER_URL}/api/v1/namespaces/${asked.namespace}/serviceaccounts/${account}`;
  const { metadata } = await getJson<ServiceAccount>(agent, url);
  const roleArn = metadata.annotations?.[ROLE_ANNOTATION];
  const patch = roleArn === undefined ? [] : identityPatch(asked.object, roleArn);
  const response = {
    uid: asked.uid,
    allowed: true,
    patchType: "JSONPatch",
    patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
  };
  return JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response });
}

main(process.argv.slice(2));
