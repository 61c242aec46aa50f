import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { runCommand } from "../command.ts";

/** What a container starts with, as the OCI image specification names it. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
}

/** One blob of an archive: https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

const MEDIA_TYPE = "application/vnd.oci.image";

/**
 * Writes an OCI image with one layer, made of the folder `root`, as an archive that `ctr images import` takes.
 * The same folder gives the same bytes. No container engine and no registry have a part in it.
 */
export async function writeOciArchive(
  archive: string,
  image: { readonly name: string; readonly root: string; readonly config: ImageConfig },
): Promise<void> {
  const layout = await mkdtemp(`${archive}.layout-`);
  try {
    await mkdir(join(layout, "blobs/sha256"), { recursive: true });
    const layer = await addLayer(layout, image.root);
    const config = await addJson(layout, `${MEDIA_TYPE}.config.v1+json`, {
      architecture: process.arch === "arm64" ? "arm64" : "amd64",
      os: "linux",
      config: image.config,
      rootfs: { type: "layers", diff_ids: [layer.digest] },
    });
    const manifest = await addJson(layout, `${MEDIA_TYPE}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${MEDIA_TYPE}.manifest.v1+json`,
      config,
      layers: [layer],
    });
    const annotations = { "io.containerd.image.name": image.name };
    const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
    await writeFile(join(layout, "index.json"), JSON.stringify(index));
    await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    await tar(archive, layout);
  } finally {
    await rm(layout, { recursive: true, force: true });
  }
}

async function addLayer(layout: string, root: string): Promise<Descriptor> {
  const file = join(layout, "layer.tar");
  await tar(file, root);
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const digest = hash.digest("hex");
  const { size } = await stat(file);
  await rename(file, join(layout, "blobs/sha256", digest));
  // Not compressed: the archive goes no further than this machine.
  return { mediaType: `${MEDIA_TYPE}.layer.v1.tar`, digest: `sha256:${digest}`, size };
}

async function addJson(layout: string, mediaType: string, value: unknown): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = createHash("sha256").update(bytes).digest("hex");
  await writeFile(join(layout, "blobs/sha256", digest), bytes);
  return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
}

async function tar(file: string, folder: string): Promise<void> {
  const owner = ["--owner=0", "--group=0", "--numeric-owner"];
  const order = ["--sort=name", "--mtime=@0", "--format=gnu"];
  await runCommand("tar", ["--create", `--file=${file}`, ...owner, ...order, `--directory=${folder}`, "."]);
}
