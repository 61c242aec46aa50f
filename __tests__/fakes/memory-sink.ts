import { createHash } from "node:crypto";
import {
  ConditionFailedError,
  type Sink,
  type SinkObject,
  type Upload,
  type WriteCondition,
} from "../../agent-src/export/sink.ts";

/** A sink that keeps its objects in memory. `before` sees every write, can throw, and can act as somebody else. */
export class MemorySink implements Sink {
  readonly url = "memory://sink";
  readonly objects = new Map<string, Uint8Array>();
  /** Keys in the order in which they were written. */
  readonly writes: string[] = [];
  openUploads = 0;
  before: (key: string, action: "put" | "complete") => void | Promise<void> = () => {};

  async *list(prefix: string): AsyncGenerator<SinkObject> {
    for (const key of [...this.objects.keys()].sort()) {
      const object = key.startsWith(prefix) ? await this.head(key) : undefined;
      if (object) yield object;
    }
  }

  async head(key: string): Promise<SinkObject | undefined> {
    const bytes = this.objects.get(key);
    return bytes && { key, bytes: bytes.length, etag: createHash("md5").update(bytes).digest("hex") };
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    return this.objects.get(key);
  }

  text(key: string): string {
    const bytes = this.objects.get(key);
    if (!bytes) throw new Error(`no object "${key}"`);
    return new TextDecoder().decode(bytes);
  }

  async put(
    key: string,
    bytes: Uint8Array,
    _contentType: string,
    condition?: WriteCondition,
  ): Promise<SinkObject> {
    await this.before(key, "put");
    return this.#store(key, bytes, condition);
  }

  async upload(key: string, _contentType: string): Promise<Upload> {
    const chunks: Uint8Array[] = [];
    let isOpen = true;
    this.openUploads += 1;
    const finish = (): void => {
      if (isOpen) this.openUploads -= 1;
      isOpen = false;
    };
    return {
      write: async (bytes) => void chunks.push(bytes),
      complete: async (condition) => {
        await this.before(key, "complete");
        const object = await this.#store(key, Buffer.concat(chunks), condition);
        finish();
        return object;
      },
      abort: async () => finish(),
    };
  }

  async #store(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<SinkObject> {
    const current = await this.head(key);
    const holds = !condition || (condition.kind === "absent" ? !current : current?.etag === condition.etag);
    if (!holds) throw new ConditionFailedError(`"${key}" is not as expected`);
    this.objects.set(key, bytes);
    this.writes.push(key);
    const stored = await this.head(key);
    if (!stored) throw new Error("just stored");
    return stored;
  }
}
