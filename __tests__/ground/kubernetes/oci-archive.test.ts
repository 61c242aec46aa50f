import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { writeOciArchive } from "../../e2e/ground/kubernetes/oci-archive.ts";

const directory = mkdtempSync(join(tmpdir(), "container-insights-oci-"));
const root = join(directory, "root");
mkdirSync(join(root, "app"), { recursive: true });
writeFileSync(join(root, "app/main.mjs"), "console.log(1);\n");

afterAll(() => rmSync(directory, { recursive: true }));

const image = { name: "ground.local/it:1", root, config: { Entrypoint: ["/app/main.mjs"], User: "65532" } };

async function write(name: string): Promise<string> {
  const archive = join(directory, name);
  await writeOciArchive(archive, image);
  return archive;
}

function unpack(archive: string): string {
  const folder = `${archive}.unpacked`;
  mkdirSync(folder);
  execFileSync("tar", ["-xf", archive, "-C", folder]);
  return folder;
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
}

describe("an image archive", () => {
  test("is the same bytes for the same files, whenever they were written", async () => {
    const first = readFileSync(await write("first.tar"));
    utimesSync(join(root, "app/main.mjs"), 1, 1);
    expect(readFileSync(await write("second.tar")).equals(first)).toBe(true);
  });

  test("names every blob by its digest", async () => {
    const folder = join(unpack(await write("digests.tar")), "blobs/sha256");
    const names = readdirSync(folder);
    expect(names).toHaveLength(3);
    for (const name of names) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ).toBe(name);
    }
  });

  test("leads from the image's name to its configuration and its files", async () => {
    const folder = unpack(await write("chain.tar"));
    const blob = (descriptor: { digest: string }): string =>
      join(folder, "blobs/sha256", descriptor.digest.slice("sha256:".length));
    const [entry] = readJson(join(folder, "index.json"))["manifests"] as {
      digest: string;
      annotations: unknown;
    }[];
    if (!entry) throw new Error("the index is empty");
    expect(entry.annotations).toEqual({ "io.containerd.image.name": "ground.local/it:1" });
    const manifest = readJson(blob(entry)) as unknown as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    const config = readJson(blob(manifest.config));
    expect(config["config"]).toEqual(image.config);
    expect(config["rootfs"]).toEqual({
      type: "layers",
      diff_ids: manifest.layers.map(({ digest }) => digest),
    });
    const files = execFileSync("tar", ["-tf", blob(manifest.layers[0] ?? { digest: "" })], {
      encoding: "utf8",
    });
    expect(files.trim().split("\n")).toEqual(["./", "./app/", "./app/main.mjs"]);
  });
});
