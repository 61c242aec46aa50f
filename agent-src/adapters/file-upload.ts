import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, lstat, mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { TransientError } from "../export/errors.ts";
import { ConditionFailedError, type SinkObject, type Upload, type WriteCondition } from "../export/sink.ts";
import { codeOf, withFileLock } from "./file-lock.ts";

/** A streamed write of a {@link FileSink}: a temporary file that becomes the object by link or rename. */
export class FileUpload implements Upload {
  readonly #key: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #lock: string;
  readonly #hash = createHash("md5");
  #bytes = 0;
  #handle: FileHandle | undefined;
  #object: SinkObject | undefined;

  constructor(key: string, target: string, temporary: string, handle: FileHandle, lock: string) {
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
        if (await headFile(this.#key, this.#target)) throw taken(this.#key);
        await rename(this.#temporary, this.#target);
      });
    }
  }

  async #exchange(etag: string): Promise<void> {
    await withFileLock(this.#lock, async () => {
      const current = await headFile(this.#key, this.#target);
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

/** The object that `path` holds; undefined when there is no such file. */
export async function headFile(key: string, path: string): Promise<SinkObject | undefined> {
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

/** Whether the error says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

/** An error of the file system in words that say what to do. */
export function failed(action: string, path: string, cause: unknown): Error {
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
