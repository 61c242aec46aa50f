import { LABELLED_RESOURCES, listPath, type LabelledResource } from "../../../contract/labelled-resources.ts";
import { TransientError } from "../../export/errors.ts";
import { scanElements } from "../../export/json-elements.ts";
import type { MetadataSource } from "../../export/labels/cluster-labels.ts";
import type { ObjectMetadata } from "../../export/labels/label-store.ts";
import { openJson, type HttpSource } from "../http.ts";
import type { Admit } from "../source-access.ts";
import { explainKubernetes } from "./refusal.ts";

/**
 * Metadata only: no spec, no status, none of a Secret's or ConfigMap's data. Servers that do not know the form answer
 * with whole objects, of which the same fields are read.
 */
const METADATA_LIST =
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json;q=0.5";

/** Objects of one page: some 200 KiB of an answer. */
const PAGE_SIZE = 500;

/** Lists objects of a Kubernetes API server, page by page, none of which is held whole. */
export function createMetadataSource(server: HttpSource, pageSize = PAGE_SIZE): MetadataSource {
  const source: HttpSource = { ...server, admit: askingForMetadata(server.admit) };
  const resources = new Map(LABELLED_RESOURCES.map((resource) => [resource.kind, resource]));
  return {
    has: (kind) => resources.has(kind),
    list(kind, signal) {
      const resource = resources.get(kind);
      if (!resource) throw new Error(`the kind "${kind}" is not listed`);
      return listAll(source, resource, pageSize, signal);
    },
  };
}

function askingForMetadata(admit: Admit | undefined): Admit {
  return async (request) => {
    const asked = { ...request, headers: { ...request.headers, accept: METADATA_LIST } };
    return admit ? await admit(asked) : asked;
  };
}

async function* listAll(
  source: HttpSource,
  resource: LabelledResource,
  pageSize: number,
  signal: AbortSignal,
): AsyncGenerator<ObjectMetadata, void, undefined> {
  const seen = new Set<string>();
  let token = "";
  do {
    token = yield* listPage(source, resource, pageSize, token, signal);
    if (seen.has(token)) {
      throw new TransientError(
        `The Kubernetes API at "${source.base.href}" gave a page of "${resource.resource}" twice`,
      );
    }
    seen.add(token);
  } while (token !== "");
}

/** @returns the token of the next page, "" after the last one */
async function* listPage(
  source: HttpSource,
  resource: LabelledResource,
  pageSize: number,
  token: string,
  signal: AbortSignal,
): AsyncGenerator<ObjectMetadata, string, undefined> {
  const query = new URLSearchParams({
    limit: String(pageSize),
    ...(token === "" ? {} : { continue: token }),
  });
  const what = `a list of "${resource.resource}"`;
  const request = { path: listPath(resource), query, what };
  const explain = explainKubernetes(resource.resource, source.base.href);
  const answer = scanElements(await openJson(source, request, explain, signal));
  try {
    let item = -1;
    for await (const { container, value } of answer.elements) {
      // The first object of an item is its metadata, in the metadata-only form the only one; whole objects have others.
      const metadata = readMetadata(value);
      if (container === item || !metadata) continue;
      item = container;
      yield metadata;
    }
    return readFrame(answer.frame());
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof TransientError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TransientError(`The answer of the Kubernetes API to ${what} cannot be read: ${reason}`, {
      cause,
    });
  }
}

/** undefined for what is not metadata of an object. */
function readMetadata(value: unknown): ObjectMetadata | undefined {
  const metadata = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { name, uid, namespace } = metadata;
  if (typeof name !== "string" || typeof uid !== "string") return undefined;
  return {
    namespace: typeof namespace === "string" ? namespace : "",
    name,
    uid,
    labels: readMap(metadata["labels"]),
    annotations: readMap(metadata["annotations"]),
  };
}

function readMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** @returns the token of the next page */
function readFrame(frame: unknown): string {
  const { kind, metadata } = (frame ?? {}) as { readonly kind?: unknown; readonly metadata?: unknown };
  if (typeof kind !== "string" || !kind.endsWith("List"))
    throw new Error(`its kind is ${JSON.stringify(kind)}, not a list`);
  const { continue: token } = (metadata ?? {}) as { readonly continue?: unknown };
  return typeof token === "string" ? token : "";
}
