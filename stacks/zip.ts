import { crc32 } from "./crc32.ts";

/** One file of an archive. `name` uses forward slashes and ASCII. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

// The format's sizes and offsets are 32-bit and its entry count is 16-bit; beyond that it needs ZIP64, which nothing here does.
const MAX_ENTRIES = 0xffff;
const MAX_BYTES = 0xffffffff;

// 1980-01-01 00:00, the format's first instant, in MS-DOS form. A real time would change the bytes on every run.
const DOS_TIME = 0;
const DOS_DATE = 0x21;

const VERSION_NEEDED = 20;
const MADE_BY_UNIX = (3 << 8) | VERSION_NEEDED;
// Lambda runs the files as another user than the one that unpacks them: a regular file that all may read.
const MODE_RW_R_R = 0o100644 << 16;

/**
 * A ZIP archive whose bytes depend on nothing but the entries: stored (zlib's output differs between Node and Deno),
 * one fixed time, entries sorted by name.
 * @throws Error when the archive would need ZIP64
 */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const entry of sorted) {
    const name = new TextEncoder().encode(entry.name);
    const common = commonFields(entry.bytes, name.length);
    const header = record(0x04034b50, [u16(VERSION_NEEDED), common, u16(0), name]);
    central.push(
      record(0x02014b50, [
        u16(MADE_BY_UNIX),
        u16(VERSION_NEEDED),
        common,
        u16(0), // extra field
        u16(0), // comment
        u16(0), // disk
        u16(0), // internal attributes
        u32(MODE_RW_R_R),
        u32(offset),
        name,
      ]),
    );
    local.push(header, entry.bytes);
    offset += header.length + entry.bytes.length;
  }
  const directory = join(central);
  assertFits(sorted.length, offset + directory.length);
  const count = u16(sorted.length);
  const end = record(0x06054b50, [u16(0), u16(0), count, count, u32(directory.length), u32(offset), u16(0)]);
  return join([...local, directory, end]);
}

/** Flags, method (0: stored), time, date, CRC, both sizes, and length of the name: the same in both headers. */
function commonFields(bytes: Uint8Array, nameLength: number): Uint8Array {
  const size = u32(bytes.length);
  return join([u16(0), u16(0), u16(DOS_TIME), u16(DOS_DATE), u32(crc32(bytes)), size, size, u16(nameLength)]);
}

function assertFits(entries: number, bytes: number): void {
  if (entries > MAX_ENTRIES || bytes > MAX_BYTES) {
    throw new Error(
      `Cannot write a ZIP archive of ${entries} entries and ${bytes} bytes; the limits are ${MAX_ENTRIES} and ${MAX_BYTES}`,
    );
  }
}

function record(signature: number, fields: readonly Uint8Array[]): Uint8Array {
  return join([u32(signature), ...fields]);
}

function u16(value: number): Uint8Array {
  return new Uint8Array([value & 0xff, (value >>> 8) & 0xff]);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
