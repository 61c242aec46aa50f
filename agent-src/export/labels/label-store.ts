import type { LabelFilter } from "./label-filter.ts";
import type { LabelCells, ObjectRef } from "./object-labels.ts";
import { countSizes } from "./size-warnings.ts";

/** An object as far as it is read from the Kubernetes API. */
export interface ObjectMetadata {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** Labels of all objects of one kind, as text. */
export interface LabelStore {
  add(object: ObjectMetadata): void;
  /** undefined where there is no such object, or only one of the same name with another UID. */
  find(object: ObjectRef): LabelCells | undefined;
  readonly size: number;
  warnings(): readonly string[];
}

interface Entry {
  readonly uid: string;
  readonly cells: LabelCells;
}

/**
 * An empty store. It keeps one text for objects with equal labels (the pods of a ReplicaSet) and nothing of what the
 * filter left out: some 200 bytes an object.
 */
export function createLabelStore(kind: string, filter: LabelFilter): LabelStore {
  const byNamespace = new Map<string, Map<string, Entry>>();
  const known = new Map<string, LabelCells>();
  const sizes = countSizes(`labels and annotations of the kind ${kind}`, filter.limits);
  let size = 0;

  function shared(labels: string, annotations: string): LabelCells {
    const key = `${labels} ${annotations}`;
    let cells = known.get(key);
    if (!cells) {
      cells = { labels, labels_source: "kubernetes", annotations: annotations === "{}" ? null : annotations };
      known.set(key, cells);
    }
    return cells;
  }

  return {
    get size() {
      return size;
    },
    add({ namespace, name, uid, labels, annotations }) {
      let names = byNamespace.get(namespace);
      if (!names) byNamespace.set(namespace, (names = new Map<string, Entry>()));
      if (!names.has(name)) size++;
      const cells = shared(
        filter.text("labels", labels, "original", sizes),
        filter.text("annotations", annotations, "original", sizes),
      );
      names.set(name, { uid, cells });
    },
    find({ namespace, name, uid }) {
      const entry = byNamespace.get(namespace)?.get(name);
      if (!entry || (uid !== undefined && uid !== entry.uid)) return undefined;
      return entry.cells;
    },
    warnings: () => sizes.warnings(),
  };
}
