import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An object's metadata, as the API server has it. */
export interface FakeObject {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A request as the server received it. */
export interface FakeListRequest {
  readonly path: string;
  readonly limit: number;
  readonly isContinued: boolean;
  readonly accept: string;
  readonly authorization: string | undefined;
}

/** An API server that lists metadata, on a loopback port, with objects that can change between two pages. */
export interface FakeKubernetesApi {
  readonly url: string;
  readonly requests: readonly FakeListRequest[];
  /** The objects below a path: `/api/v1/pods`. */
  setObjects(path: string, objects: readonly FakeObject[]): void;
  /** Which path a token may list; without any token is allowed. */
  allow(token: string, paths: readonly string[]): void;
  /** Forgets the versions that were listed: tokens of their next pages are answered 410. */
  expire(): void;
  /** Called before each answer. It may answer itself, or never. */
  intercept(answer: (request: FakeListRequest, response: ServerResponse) => boolean): void;
  close(): Promise<void>;
}

/** Starts an API server without objects. */
export async function startKubernetesApi(): Promise<FakeKubernetesApi> {
  const requests: FakeListRequest[] = [];
  const objects = new Map<string, readonly FakeObject[]>();
  const tokens = new Map<string, readonly string[]>();
  /** What was listed, by version: a page of a list is one of the state in which its first page was read. */
  const versions = new Map<string, readonly FakeObject[]>();
  let version = 0;
  let intercepting: Parameters<FakeKubernetesApi["intercept"]>[0] = () => false;

  function answer(incoming: IncomingMessage, response: ServerResponse): void {
    const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
    const request = {
      path: url.pathname,
      limit: Number(url.searchParams.get("limit") ?? "0"),
      isContinued: url.searchParams.has("continue"),
      accept: incoming.headers.accept ?? "",
      authorization: incoming.headers.authorization,
    };
    requests.push(request);
    if (intercepting(request, response)) return;
    const refused = refusal(request);
    if (refused) return sendStatus(response, ...refused);
    list(request, url.searchParams.get("continue"), response);
  }

  function refusal({ path, authorization }: FakeListRequest): [number, string, string] | undefined {
    if (!objects.has(path)) return [404, "NotFound", "the server could not find the requested resource"];
    if (tokens.size === 0) return undefined;
    const allowed = tokens.get(authorization?.replace(/^Bearer /, "") ?? "");
    if (!allowed) return [401, "Unauthorized", "Unauthorized"];
    if (allowed.includes(path)) return undefined;
    const resource = path.split("/").at(-1) ?? "";
    const who = 'User "system:serviceaccount:insights:agent"';
    return [
      403,
      "Forbidden",
      `${resource} is forbidden: ${who} cannot list resource "${resource}" in API group "" at the cluster scope`,
    ];
  }

  function list(request: FakeListRequest, token: string | null, response: ServerResponse): void {
    const [from = "", offset = "0"] = token === null ? [] : token.split("-");
    const state = token === null ? objects.get(request.path) : versions.get(from);
    if (!state) {
      return sendStatus(response, 410, "Expired", "The provided continue parameter is too old");
    }
    const own = token === null ? String(++version) : from;
    versions.set(own, state);
    const start = Number(offset);
    const end = start + request.limit;
    const rest = end < state.length ? { continue: `${own}-${end}` } : {};
    sendObject(response, 200, {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata: { resourceVersion: own, ...rest },
      items: state.slice(start, end).map((metadata) => ({
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: { ...metadata, managedFields: [{ manager: "kubectl", fieldsV1: { "f:metadata": {} } }] },
      })),
    });
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    setObjects: (path, all) => void objects.set(path, all),
    allow: (token, paths) => void tokens.set(token, paths),
    expire: () => versions.clear(),
    intercept: (own) => void (intercepting = own),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendStatus(response: ServerResponse, code: number, reason: string, message: string): void {
  sendObject(response, code, { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, code });
}

function sendObject(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
