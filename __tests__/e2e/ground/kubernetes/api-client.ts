import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { API_SERVER_URL } from "./addresses.ts";
import { pkiDirectory } from "./kubectl.ts";
import { collectionPath, type KubeMetadata, type KubeObject } from "./kube-object.ts";

/** What the API server answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** The API server over connections that stay open, with an administrator's rights. */
export interface ApiClient {
  /** @throws Error when the object can be neither made nor is there */
  create(object: KubeObject): Promise<"created" | "there">;
  /** The objects of a kind in all namespaces that have the label. */
  list<T extends { readonly metadata: KubeMetadata }>(
    apiVersion: string,
    kind: string,
    labelSelector: string,
  ): Promise<T[]>;
  /** Sends any request. @throws Error when the status is neither 2xx nor in `accepted` */
  send(method: string, path: string, body?: object, accepted?: readonly number[]): Promise<ApiAnswer>;
  close(): void;
}

const CONNECTIONS = 16;
// Of all pods only the metadata are looked at.
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Opens the ground's API server. Nothing is reached yet. */
export function openApiServer(): ApiClient {
  const read = (name: string): Buffer => readFileSync(join(pkiDirectory(), name));
  const keys = { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") };
  const agent = new Agent({ ...keys, keepAlive: true, maxSockets: CONNECTIONS });
  const send: ApiClient["send"] = async (method, path, body, accepted = []) => {
    const answer = await ask(agent, method, path, body);
    if (answer.status < 300 || accepted.includes(answer.status)) return answer;
    throw new Error(`${method} "${path}" was answered ${answer.status}: ${answer.body.slice(0, 600)}`);
  };
  return {
    send,
    async create(object) {
      const { apiVersion, kind, metadata } = object;
      const path = collectionPath(apiVersion, kind, metadata.namespace);
      const { status } = await send("POST", path, object, [409]);
      return status === 409 ? "there" : "created";
    },
    async list<T>(apiVersion: string, kind: string, labelSelector: string) {
      const query = new URLSearchParams({ labelSelector });
      const { body } = await send("GET", `${collectionPath(apiVersion, kind)}?${query}`);
      return (JSON.parse(body) as { items: T[] | null }).items ?? [];
    },
    close: () => agent.destroy(),
  };
}

async function ask(agent: Agent, method: string, path: string, body?: object): Promise<ApiAnswer> {
  const accept = path.startsWith("/api/v1/pods?") ? METADATA_ONLY : "application/json";
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const content = body ? JSON.stringify(body) : "";
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // Node frames the body of a DELETE only when it is told its length.
    const length = Buffer.byteLength(content);
    const headers = { accept, "content-length": length, ...(body ? { "content-type": type } : {}) };
    const outgoing = request(new URL(path, API_SERVER_URL), { agent, method, headers }, resolve);
    outgoing.on("error", reject);
    outgoing.end(content);
  });
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
