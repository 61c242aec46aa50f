import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Sink, SinkObject, Upload, WriteCondition } from "../export/sink.ts";
import { codeOf } from "./file-lock.ts";
import { failed, FileUpload, headFile, isAbsent } from "./file-upload.ts";

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
    return headFile(key, this.pathOf(key));
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
    _contentType: string,
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
      return new FileUpload(key, target, path, await open(path, "wx"), join(this.#root, LOCK));
    } catch (error) {
      throw failed("write to", this.#root, error);
    }
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
