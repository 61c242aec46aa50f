import { TransientError } from "../errors.ts";
import { createHourLabels, type KindLabels } from "./hour-labels.ts";
import type { LabelFilter } from "./label-filter.ts";
import { createLabelStore, type LabelStore, type ObjectMetadata } from "./label-store.ts";
import type { ObjectLabels } from "./object-labels.ts";

/** Lists the metadata of a cluster's objects; the Kubernetes adapter does. */
export interface MetadataSource {
  /** Whether it knows where objects of this kind are. */
  has(kind: string): boolean;
  /**
   * All objects of a kind, in all namespaces.
   * @throws ListExpiredError when the list has to be read again from its beginning
   * @throws Error saying why the list cannot be had
   */
  list(kind: string, signal: AbortSignal): AsyncIterable<ObjectMetadata>;
}

/** The API server no longer has the version of the list of which pages were read. */
export class ListExpiredError extends Error {
  override readonly name = "ListExpiredError";
}

/** What `createObjectLabels` needs. */
export interface ObjectLabelsDeps {
  readonly filter: LabelFilter;
  /** undefined: labels come from kube-state-metrics only. */
  readonly source?: MetadataSource;
}

/** How often a list is begun before it is given up. A page expires five minutes after the first one was read. */
const MAX_LISTS = 3;

/** After so many kinds whose list failed for want of an answer, a run asks for no further one: each costs its time-outs. */
const MAX_UNANSWERED = 2;

/** Labels for a whole run: each kind is listed when a dataset first asks for it, and one at a time. */
export function createObjectLabels({ filter, source }: ObjectLabelsDeps): ObjectLabels {
  const loaded = new Map<string, KindLabels>();
  let unanswered = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function load(kind: string, signal: AbortSignal): Promise<KindLabels> {
    const before = loaded.get(kind);
    if (before) return before;
    const labels = await read(kind, signal);
    if (labels.unanswered) unanswered++;
    loaded.set(kind, labels);
    return labels;
  }

  async function read(kind: string, signal: AbortSignal): Promise<ReadLabels> {
    if (!source?.has(kind)) return { store: undefined, warnings: [] };
    if (unanswered >= MAX_UNANSWERED) {
      const why = `after ${unanswered} lists without an answer`;
      return givenUp(`The Kubernetes API was not asked for the kind ${kind} ${why}`);
    }
    return await readKind(source, kind, () => createLabelStore(kind, filter), signal);
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  return {
    async open(kinds, signal) {
      const wanted = [...new Set(kinds)];
      const read = await inTurn(async () => {
        const found = new Map<string, KindLabels>();
        for (const kind of wanted) found.set(kind, await load(kind, signal));
        return found;
      });
      return createHourLabels({ filter, kinds: read });
    },
  };
}

interface ReadLabels extends KindLabels {
  /** Nobody answered, which is likely to happen again. */
  readonly unanswered?: boolean;
}

/** @throws the signal's reason only */
async function readKind(
  source: MetadataSource,
  kind: string,
  createStore: () => LabelStore,
  signal: AbortSignal,
): Promise<ReadLabels> {
  for (let attempt = 1; ; attempt++) {
    const store = createStore();
    try {
      for await (const object of source.list(kind, signal)) store.add(object);
      return { store, warnings: store.warnings() };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ListExpiredError && attempt < MAX_LISTS) continue;
      const reason = error instanceof Error ? error.message : String(error);
      return { ...givenUp(reason), unanswered: error instanceof TransientError };
    }
  }
}

function givenUp(reason: string): KindLabels {
  return {
    store: undefined,
    warnings: [`${reason}; labels come from kube-state-metrics, with sanitised keys`],
  };
}
