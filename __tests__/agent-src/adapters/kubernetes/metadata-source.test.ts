import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openMetadataSource, podAccess } from "../../../../agent-src/adapters/kubernetes/access.ts";
import { createMetadataSource } from "../../../../agent-src/adapters/kubernetes/metadata-source.ts";
import { parseBaseUrl } from "../../../../agent-src/adapters/base-url.ts";
import { ListExpiredError } from "../../../../agent-src/export/labels/cluster-labels.ts";
import type { ObjectMetadata } from "../../../../agent-src/export/labels/label-store.ts";
import { LABELLED_RESOURCES, labelRules, listPath } from "../../../../contract/labelled-resources.ts";
import {
  startKubernetesApi,
  type FakeKubernetesApi,
  type FakeObject,
} from "../../../fakes/kubernetes-api.ts";

const PODS = "/api/v1/pods";
const never = new AbortController().signal;

let api: FakeKubernetesApi;
let directory: string;
beforeEach(async () => {
  api = await startKubernetesApi();
  directory = mkdtempSync(join(tmpdir(), "kubernetes-"));
});
afterEach(async () => {
  await api.close();
  rmSync(directory, { recursive: true });
});

function pods(count: number): FakeObject[] {
  return Array.from({ length: count }, (_, index) => ({
    namespace: `team-${index % 3}`,
    name: `pod-${index}`,
    uid: `uid-${index}`,
    labels: { "app.kubernetes.io/name": "web", index: String(index) },
    annotations: { note: 'a ] " } {' },
  }));
}

function open(pageSize = 500, timeoutSeconds = 5) {
  return createMetadataSource(
    {
      name: "the Kubernetes API",
      flag: "--kubernetes-url",
      base: parseBaseUrl(api.url, "--kubernetes-url"),
      timeoutSeconds,
      maxAttempts: 2,
      retryMilliseconds: 1,
    },
    pageSize,
  );
}

async function read(source = open(), kind = "Pod", signal = never): Promise<ObjectMetadata[]> {
  const found: ObjectMetadata[] = [];
  for await (const object of source.list(kind, signal)) found.push(object);
  return found;
}

describe("a list", () => {
  test("is every object with its original keys, over all pages, and nothing but metadata is asked for", async () => {
    api.setObjects(PODS, pods(7));
    expect(await read(open(3))).toEqual(pods(7));
    expect(api.requests).toHaveLength(3);
    for (const { accept, limit } of api.requests) {
      expect(accept).toMatch(/^application\/json;as=PartialObjectMetadataList;g=meta\.k8s\.io;v=v1/);
      expect(limit).toBe(3);
    }
  });

  test("whose last page is full ends there", async () => {
    api.setObjects(PODS, pods(6));
    expect(await read(open(3))).toHaveLength(6);
    expect(api.requests).toHaveLength(2);
  });

  test("can be empty", async () => {
    api.setObjects(PODS, []);
    expect(await read()).toEqual([]);
  });

  test("of whole objects is read for its metadata, too", async () => {
    api.setObjects(PODS, pods(1));
    api.intercept((_, response) => {
      const metadata = pods(1)[0];
      const spec = { volumes: [{ name: "x", uid: "y" }], claimRef: { name: "not", uid: "metadata" } };
      const item = { metadata, spec, status: { containerStatuses: [{ name: "c" }] } };
      const body = {
        kind: "PodList",
        metadata: {},
        items: [item, { spec, metadata: { ...metadata, name: "b" } }],
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      return true;
    });
    expect((await read()).map(({ name }) => name)).toEqual(["pod-0", "b"]);
  });

  test("is one of the moment of its first page", async () => {
    api.setObjects(PODS, pods(4));
    const names: string[] = [];
    for await (const { name } of open(2).list("Pod", never)) {
      names.push(name);
      api.setObjects(PODS, []);
    }
    expect(names).toEqual(["pod-0", "pod-1", "pod-2", "pod-3"]);
  });

  test("whose version is gone has to be read again from its beginning", async () => {
    api.setObjects(PODS, pods(4));
    const reading = (async () => {
      for await (const { name } of open(2).list("Pod", never)) if (name === "pod-1") api.expire();
    })();
    await expect(reading).rejects.toThrow(ListExpiredError);
    await expect(reading).rejects.toThrow(
      `The Kubernetes API at "${api.url}" no longer has the rest of "pods" (410): The provided continue parameter is too old`,
    );
  });

  test("whose pages go in a circle ends", async () => {
    api.setObjects(PODS, pods(1));
    api.intercept((_, response) => {
      const body = { kind: "PartialObjectMetadataList", metadata: { continue: "same" }, items: [] };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      return true;
    });
    await expect(read()).rejects.toThrow(`The Kubernetes API at "${api.url}" gave a page of "pods" twice`);
  });

  test("is given up with the caller", async () => {
    api.setObjects(PODS, pods(4));
    const abort = new AbortController();
    api.intercept(() => {
      abort.abort(new Error("SIGTERM"));
      return true;
    });
    await expect(read(open(), "Pod", abort.signal)).rejects.toThrow("SIGTERM");
  });
});

describe("who asks", () => {
  const token = (): string => join(directory, "token");

  test("is said by the token file, which is read again for each page", async () => {
    api.setObjects(PODS, pods(2));
    api.allow("old", [PODS]);
    api.allow("new", [PODS]);
    writeFileSync(token(), "old\n");
    api.intercept(() => {
      writeFileSync(token(), "new\n");
      return false;
    });
    await read(openMetadataSource({ url: api.url, tokenFile: token() }));
    await read(openMetadataSource({ url: api.url, tokenFile: token() }));
    expect(api.requests.map(({ authorization }) => authorization)).toEqual(["Bearer old", "Bearer new"]);
  });

  test("with a token that nobody knows is refused, once", async () => {
    api.setObjects(PODS, pods(2));
    api.allow("known", [PODS]);
    writeFileSync(token(), "other");
    await expect(read(openMetadataSource({ url: api.url, tokenFile: token() }))).rejects.toThrow(
      `The Kubernetes API at "${api.url}" does not know who asks for "pods" (401): Unauthorized; check the token file`,
    );
    expect(api.requests).toHaveLength(1);
  });

  test("without the right is told which right it is", async () => {
    api.setObjects(PODS, pods(2));
    api.allow("known", []);
    writeFileSync(token(), "known");
    await expect(read(openMetadataSource({ url: api.url, tokenFile: token() }))).rejects.toThrow(
      /refused to list "pods" \(403\): pods is forbidden: .* at the cluster scope; allow the verb "list" on it in the agent's ClusterRole$/,
    );
  });

  test("a token file that is not there is named", async () => {
    const source = openMetadataSource({ url: api.url, tokenFile: token() });
    await expect(read(source)).rejects.toThrow(`Cannot read the bearer token file "${token()}"`);
  });
});

describe("an answer that is none", () => {
  const answering = (status: number, type: string, body: string): void =>
    api.intercept((_, response) => {
      response.writeHead(status, { "content-type": type }).end(body);
      return true;
    });

  test.each<[string, number, string, string, RegExp, number]>([
    [
      "a resource that the server does not have",
      404,
      "text/plain",
      "404 page not found",
      /^The Kubernetes API at ".*" has no "pods" \(404\): 404 page not found; check --kubernetes-url$/,
      1,
    ],
    [
      "too many requests",
      429,
      "text/plain",
      "slow down",
      /^The Kubernetes API at ".*" failed at the list of "pods" with status 429: slow down$/,
      2,
    ],
    [
      "an error of the server",
      500,
      "application/json",
      '{"kind":"Status","message":"etcdserver: leader changed"}',
      /failed at the list of "pods" with status 500: etcdserver: leader changed$/,
      2,
    ],
    [
      "a page of a proxy",
      200,
      "text/html",
      "<html>sign in</html>",
      /^".*" does not answer like a Kubernetes API server: status 200, "text\/html", "<html>sign in<\/html>" for "pods"; check --kubernetes-url$/,
      1,
    ],
    [
      "a refusal of another kind",
      400,
      "application/json",
      '{"message":"bad limit"}',
      /refused the list of "pods" with status 400: bad limit$/,
      1,
    ],
    [
      "JSON of something else",
      200,
      "application/json",
      '{"status":"success"}',
      /^The answer of the Kubernetes API to a list of "pods" cannot be read: its kind is undefined, not a list$/,
      1,
    ],
    [
      "half an answer",
      200,
      "application/json",
      '{"kind":"PodList","items":[{"metadata":{"na',
      /^The answer of the Kubernetes API to a list of "pods" cannot be read: the answer broke off/,
      1,
    ],
    [
      "metadata whose labels are none",
      200,
      "application/json",
      '{"kind":"PodList","metadata":{},"items":[{"metadata":{"name":"a","uid":"b","labels":7}}]}',
      /^$/,
      1,
    ],
  ])("%s", async (_, status, type, body, message, times) => {
    answering(status, type, body);
    const told = await read().then(
      (objects) => (
        expect(objects).toEqual([{ namespace: "", name: "a", uid: "b", labels: {}, annotations: {} }]),
        ""
      ),
      (error: unknown) => (error as Error).message,
    );
    expect(told).toMatch(message);
    expect(api.requests).toHaveLength(times);
  });

  test("a server that is silent is asked twice", async () => {
    api.intercept(() => true);
    await expect(read(open(500, 0.05))).rejects.toThrow(/did not answer a list of "pods" within 0.05 s/);
    expect(api.requests).toHaveLength(2);
  });
});

test("a pod's own API server is at the address that the kubelet says", () => {
  expect(podAccess({ host: "10.0.0.1", port: "443" })).toEqual({
    url: "https://10.0.0.1:443",
    tokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
    caFile: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
  });
  expect(podAccess({ host: "fd00::1", port: "6443" }).url).toBe("https://[fd00::1]:6443");
});

test("every kind has its path, and the rules allow to list them and nothing else", () => {
  const paths = LABELLED_RESOURCES.map(listPath);
  expect(paths).toContain("/api/v1/persistentvolumeclaims");
  expect(paths).toContain("/apis/batch/v1/cronjobs");
  const rules = labelRules();
  expect(rules.map(({ apiGroups }) => apiGroups)).toEqual([[""], ["apps"], ["batch"]]);
  expect(rules.flatMap(({ resources }) => resources)).toHaveLength(paths.length);
  expect(rules.flatMap(({ verbs }) => verbs)).toEqual(["list", "list", "list"]);
});
