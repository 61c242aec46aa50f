import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const LOCAL_FILE = 0x04034b50;

/**
 * Writes the files of an archive that `zip` made, which stores them as they are, below `directory`.
 * @throws Error when a file is compressed
 */
export function unpackArchive(path: string, directory: string): void {
  const archive = readFileSync(path);
  let at = 0;
  while (archive.readUInt32LE(at) === LOCAL_FILE) {
    if (archive.readUInt16LE(at + 8) !== 0) throw new Error(`"${path}" holds a compressed file`);
    const size = archive.readUInt32LE(at + 18);
    const nameStart = at + 30;
    const nameEnd = nameStart + archive.readUInt16LE(at + 26);
    const name = archive.toString("utf8", nameStart, nameEnd);
    const start = nameEnd + archive.readUInt16LE(at + 28);
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, archive.subarray(start, start + size));
    at = start + size;
  }
}
