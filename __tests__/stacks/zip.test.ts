import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { crc32 } from "../../stacks/crc32.ts";
import { zip, type ZipEntry } from "../../stacks/zip.ts";

const text = (name: string, content: string): ZipEntry => ({
  name,
  bytes: new TextEncoder().encode(content),
});

/** Reads an archive back by its central directory, as unzip does. */
function unzip(archive: Uint8Array): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const end = archive.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < view.getUint16(end + 10, true); index++) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const bytes = archive.slice(start, start + size);
    expect(view.getUint32(at + 16, true)).toBe(crc32(bytes));
    entries.push({ name: new TextDecoder().decode(archive.slice(at + 46, at + 46 + nameLength)), bytes });
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return entries;
}

describe("crc32", () => {
  test("agrees with the check value of the algorithm's catalogue", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});

describe("zip", () => {
  test("any files read back with their names and bytes", () => {
    const entry = fc.record({
      name: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?\.js$/),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    const files = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 6 });
    fc.assert(
      fc.property(files, (entries) => {
        const byName = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
        expect(unzip(zip(entries))).toEqual(byName);
      }),
    );
  });

  test("the order of the files does not change the bytes", () => {
    const a = text("a.js", "one");
    const b = text("b.js", "two");
    expect(zip([b, a])).toEqual(zip([a, b]));
  });

  test("the bytes are those of the format, and hold the format's first day as time", () => {
    expect(Buffer.from(zip([text("a", "b")])).toString("hex")).toBe(
      "504b03041400000000000000210" +
        "0f9efbe71010000000100000001000000" +
        "6162" +
        "504b010214031400000000000000" +
        "2100f9efbe71" +
        "0100000001000000010000000000000000000000a48100000000" +
        "61" +
        "504b05060000000001000100" +
        "2f00000020000000" +
        "0000",
    );
  });

  test("more files than the format can count are refused", () => {
    const files = Array.from({ length: 65_536 }, (_, index) => text(`${index}`, ""));
    expect(() => zip(files)).toThrow(
      /^Cannot write a ZIP archive of 65536 entries and \d+ bytes; the limits are 65535 and 4294967295$/,
    );
  });
});
