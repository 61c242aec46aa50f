import { existsSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ensurePart } from "../cache.ts";
import { runCommand } from "../command.ts";
import { ensureCoreDns, ensurePause, KUBERNETES_VERSIONS } from "./binaries.ts";
import { containerfileConfig } from "./containerfile.ts";
import { writeOciArchive } from "./oci-archive.ts";

/** Image of the container that holds a pod's namespaces. */
export const PAUSE_IMAGE = `ground.local/pause:${KUBERNETES_VERSIONS.pause}`;

/** Image of the cluster's DNS server. */
export const COREDNS_IMAGE = `ground.local/coredns:${KUBERNETES_VERSIONS.coredns}`;

/** Image of the agent, made from the working copy. */
export const AGENT_REPOSITORY = "ground.local/container-insights-agent";
export const AGENT_TAG = "working-copy";

const PROJECT = join(import.meta.dirname, "../../../..");
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** The images that the cluster itself needs, as archives. Made once. */
export async function ensureSystemImages(): Promise<readonly string[]> {
  const images = [
    { name: PAUSE_IMAGE, program: await ensurePause() },
    { name: COREDNS_IMAGE, program: await ensureCoreDns() },
  ];
  // A part's folder is named after the version of its program and of what it was built from.
  const version = images.map(({ program }) => basename(dirname(program))).join("-");
  const directory = await ensurePart("images", version, "coredns.tar", async (building) => {
    for (const { name, program } of images) {
      const root = join(building, "root");
      await mkdir(root);
      await copyFile(program, join(root, basename(program)));
      const config = { Entrypoint: [`/${basename(program)}`] };
      await writeOciArchive(join(building, `${basename(program)}.tar`), { name, root, config });
      await rm(root, { recursive: true });
    }
  });
  return images.map(({ program }) => join(directory, `${basename(program)}.tar`));
}

/**
 * Builds the agent's image from the working copy, as agent-src/Containerfile describes it: the same bundle, user,
 * environment and entry point. Only its base is another one: this machine's Node with the libraries it is linked
 * with, because the Containerfile's base cannot be had without a registry.
 */
export async function writeAgentImage(archive: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "container-insights-image-"));
  try {
    await addNode(root);
    await runCommand(process.execPath, ["--import", "tsx", "tools/bundle-agent.ts", join(root, "app")], {
      cwd: PROJECT,
    });
    await chmod(join(root, "app/container-insights.mjs"), 0o444);
    const containerfile = await readFile(join(PROJECT, "agent-src/Containerfile"), "utf8");
    const name = `${AGENT_REPOSITORY}:${AGENT_TAG}`;
    await writeOciArchive(archive, { name, root, config: containerfileConfig(containerfile) });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** This machine's Node, where the Containerfile's base has its own, and what a program expects around it. */
async function addNode(root: string): Promise<void> {
  const node = await realpath(process.execPath);
  await copyInto(root, node, "/nodejs/bin/node");
  const { stdout } = await runCommand("ldd", [node]);
  for (const [library] of stdout.matchAll(/\/\S+/g)) await copyInto(root, library, library);
  if (existsSync(CERTIFICATES)) await copyInto(root, CERTIFICATES, CERTIFICATES);
  await mkdir(join(root, "tmp"));
  await chmod(join(root, "tmp"), 0o1777);
  await mkdir(join(root, "etc"), { recursive: true });
  await writeFile(join(root, "etc/passwd"), "nonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n");
}

async function copyInto(root: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await cp(await realpath(from), join(root, to));
}
