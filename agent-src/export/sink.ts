/** An object as a sink lists it. Keys are below the cluster's prefix. */
export interface SinkObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** What a write must find: nothing (`absent`), this etag, or anything. */
export type WriteCondition = { readonly kind: "absent" } | { readonly kind: "etag"; readonly etag: string };

/** The condition of a write did not hold: somebody else's object is there. */
export class ConditionFailedError extends Error {
  override readonly name = "ConditionFailedError";
}

/** An upload that becomes visible only when completed. */
export interface Upload {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the object visible, whole. @throws ConditionFailedError */
  complete(condition: WriteCondition): Promise<SinkObject>;
  /** Leaves nothing behind. Safe to call at any time, also twice. */
  abort(): Promise<void>;
}

/** Where files go: `s3://` or `file://`, with the same layout and the same commit rules. Rooted at the cluster's prefix. */
export interface Sink {
  /** For messages: `s3://bucket/prefix` or `file:///path`. */
  readonly url: string;
  /** All objects below `prefix`, all pages. */
  list(prefix: string): AsyncIterable<SinkObject>;
  /** undefined when there is no such object. */
  head(key: string): Promise<SinkObject | undefined>;
  /** undefined when there is no such object. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Writes a small object at once. Without a condition it replaces what is there. @throws ConditionFailedError */
  put(key: string, bytes: Uint8Array, contentType: string, condition?: WriteCondition): Promise<SinkObject>;
  /** Starts a streamed write. */
  upload(key: string, contentType: string): Promise<Upload>;
}
