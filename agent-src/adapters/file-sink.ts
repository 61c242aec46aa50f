import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  link,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  type FileHandle,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { TransientError } from "../export/errors.ts";
import {
  ConditionFailedError,
  type Sink,
  type SinkObject,
  type Upload,
  type WriteCondition,
} from "../export/sink.ts";
import { codeOf, withFileLock } from "./file-lock.ts";

// Both begin with a dot and lie in the root: no key may, so neither can be listed or overwritten as an object.
const TEMPORARY = ".tmp";
const LOCK = ".lock";

// A temporary file this old belongs to a killed run: no upload takes a day.
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

/**
 * A folder as a sink, with the same layout and commit rules as a bucket: an object appears whole or not at all
 * (temporary file, fsync, then link or rename), conditional writes have one winner, the etag is the content's MD5.
 */
export class FileSink implements Sink {
  readonly url: string;
  readonly #root: string;

  /** `root` is a key prefix below `directory`, for instance the cluster's. */
  constructor(directory: string, root: string) {
    this.#root = root === "" ? directory : join(directory, ...root.split("/"));
    this.url = pathToFileURL(this.#root).href;
  }

  /**
   * The file of a key.
   * @throws Error when the key would lead out of the root
   */
  pathOf(key: string): string {
    const segments = key.split("/");
    // A dot at the start covers ".", "..", and this sink's own files.
    if (segments.some((segment) => segment === "" || segment.startsWith(".") || /[\\\0]/.test(segment))) {
      throw new Error(
        `Key "${key}" is not allowed: empty segments, leading dots and backslashes lead astray`,
      );
    }
    return join(this.#root, ...segments);
  }

  async *list(prefix: string): AsyncGenerator<SinkObject> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const start = folder === "" ? this.#root : this.pathOf(folder.slice(0, -1));
    yield* this.#walk(start, folder, prefix);
  }

  async *#walk(directory: string, folder: string, prefix: string): AsyncGenerator<SinkObject> {
    for (const entry of await this.#entries(directory)) {
      const key = folder + entry.name;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) {
        const inside = `${key}/`;
        if (inside.startsWith(prefix) || prefix.startsWith(inside)) {
          yield* this.#walk(join(directory, entry.name), inside, prefix);
        }
      } else if (entry.isFile() && key.startsWith(prefix)) {
        const object = await this.head(key);
        if (object) yield object;
      }
    }
  }

  async #entries(directory: string) {
    try {
      const entries = await readdir(directory, { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw failed("list", directory, error);
    }
  }

  async head(key: string): Promise<SinkObject | undefined> {
    const path = this.pathOf(key);
    try {
      if (!(await lstat(path)).isFile()) return undefined;
      const hash = createHash("md5");
      let bytes = 0;
      for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      return { key, bytes, etag: hash.digest("hex") };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw failed("read", path, error);
    }
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const path = this.pathOf(key);
    try {
      if (!(await lstat(path)).isFile()) return undefined;
      return await readFile(path);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw failed("read", path, error);
    }
  }

  async put(
    key: string,
    bytes: Uint8Array,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<SinkObject> {
    const upload = await this.#start(key);
    try {
      await upload.write(bytes);
      return condition ? await upload.complete(condition) : await upload.replace();
    } finally {
      await upload.abort();
    }
  }

  /** The content type is not kept: a file system has no place for it. */
  async upload(key: string, _contentType: string): Promise<Upload> {
    return this.#start(key);
  }

  async #start(key: string): Promise<FileUpload> {
    const target = this.pathOf(key);
    const temporary = join(this.#root, TEMPORARY);
    try {
      await mkdir(temporary, { recursive: true });
      await removeAbandoned(temporary);
      const path = join(temporary, randomUUID());
      return new FileUpload(this, key, target, path, await open(path, "wx"), join(this.#root, LOCK));
    } catch (error) {
      throw failed("write to", this.#root, error);
    }
  }
}

class FileUpload implements Upload {
  readonly #sink: FileSink;
  readonly #key: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #lock: string;
  readonly #hash = createHash("md5");
  #bytes = 0;
  #handle: FileHandle | undefined;
  #object: SinkObject | undefined;

  constructor(
    sink: FileSink,
    key: string,
    target: string,
    temporary: string,
    handle: FileHandle,
    lock: string,
  ) {
    this.#sink = sink;
    this.#key = key;
    this.#target = target;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#lock = lock;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#handle) throw new Error(`Upload of "${this.#key}" is finished; nothing more can be written`);
    try {
      // writeFile appends at the handle's position and, unlike write, never stops half-way.
      await this.#handle.writeFile(bytes);
    } catch (error) {
      throw failed("write", this.#temporary, error);
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  complete(condition: WriteCondition): Promise<SinkObject> {
    return this.#publish(() =>
      condition.kind === "absent" ? this.#create() : this.#exchange(condition.etag),
    );
  }

  replace(): Promise<SinkObject> {
    return this.#publish(() => rename(this.#temporary, this.#target));
  }

  async abort(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    await rm(this.#temporary, { force: true });
  }

  async #publish(move: () => Promise<void>): Promise<SinkObject> {
    try {
      await this.#handle?.sync();
      await this.#handle?.close();
      this.#handle = undefined;
      await mkdir(dirname(this.#target), { recursive: true });
      await move();
      await rm(this.#temporary, { force: true });
      await syncDirectory(dirname(this.#target));
    } catch (error) {
      if (error instanceof ConditionFailedError) throw error;
      throw failed("write", this.#target, error);
    }
    this.#object ??= { key: this.#key, bytes: this.#bytes, etag: this.#hash.digest("hex") };
    return this.#object;
  }

  async #create(): Promise<void> {
    try {
      await link(this.#temporary, this.#target);
    } catch (error) {
      if (codeOf(error) === "EEXIST") throw taken(this.#key);
      if (!["EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP"].includes(codeOf(error) ?? "")) throw error;
      // No hard links on this file system (some network and FUSE mounts): look and rename under the lock.
      await withFileLock(this.#lock, async () => {
        if (await this.#sink.head(this.#key)) throw taken(this.#key);
        await rename(this.#temporary, this.#target);
      });
    }
  }

  async #exchange(etag: string): Promise<void> {
    await withFileLock(this.#lock, async () => {
      const current = await this.#sink.head(this.#key);
      if (current?.etag !== etag) {
        throw new ConditionFailedError(
          `Object "${this.#key}" has etag "${current?.etag ?? "none"}", not the expected "${etag}"`,
        );
      }
      await rename(this.#temporary, this.#target);
    });
  }
}

function taken(key: string): ConditionFailedError {
  return new ConditionFailedError(`Object "${key}" exists already`);
}

function isAbsent(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function failed(action: string, path: string, cause: unknown): Error {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "permission denied; make the folder writable for this user",
    EPERM: "not permitted; make the folder writable for this user",
    EROFS: "the file system is read-only; choose another folder",
    ENOSPC: "no space is left; free some or choose another folder",
    ENOTDIR: "a part of the path is a file; choose another folder",
  };
  const reason = reasons[codeOf(cause) ?? ""] ?? (cause instanceof Error ? cause.message : String(cause));
  return new TransientError(`Cannot ${action} "${path}": ${reason}`, { cause });
}

/** Makes the new name itself survive a power cut; platforms that cannot open folders do without. */
async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    await handle.sync();
  } catch (error) {
    if (!["EISDIR", "EPERM", "EINVAL", "EACCES", "EBADF"].includes(codeOf(error) ?? "")) throw error;
  } finally {
    await handle?.close();
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
}
