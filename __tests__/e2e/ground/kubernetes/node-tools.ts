import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePart } from "../cache.ts";
import { runCommand } from "../command.ts";

/** Version of the container runtime that Debian 12 has; the others come with it. */
export const CONTAINERD_VERSION = "1.6.20";

const PACKAGES = [
  "containerd",
  "runc",
  "containernetworking-plugins",
  "nftables",
  // What runc and nft are linked with.
  "libseccomp2",
  "libnftables1",
  "libnftnl11",
  "libmnl0",
  "libxtables12",
  "libjansson4",
  "libedit2",
];

/** The programs of a node that come from Debian. */
export interface NodeTools {
  readonly containerd: string;
  readonly ctr: string;
  readonly nft: string;
  /** Folder of the network plugins. */
  readonly cni: string;
  /** What the programs need to find each other and their libraries. */
  readonly env: Readonly<Record<string, string>>;
}

/** Unpacks Debian's container runtime without installing it: no service starts, no file outside the cache changes. */
export async function ensureNodeTools(): Promise<NodeTools> {
  const root = await ensurePart("node-tools", CONTAINERD_VERSION, "usr/bin/containerd", async (building) => {
    await download(building);
    for (const name of (await readdir(building)).filter((file) => file.endsWith(".deb"))) {
      await runCommand("dpkg-deb", ["-x", name, "."], { cwd: building });
      await rm(join(building, name));
    }
    const { stdout } = await runCommand(join(building, "usr/bin/containerd"), ["--version"]);
    if (!stdout.includes(CONTAINERD_VERSION)) {
      throw new Error(`The distribution's containerd is not "${CONTAINERD_VERSION}" but: ${stdout}`);
    }
  });
  return toolsBelow(root);
}

async function download(directory: string): Promise<void> {
  const { stdout } = await runCommand("apt-cache", ["policy", "containerd"]);
  if (!/Candidate: \d/.test(stdout)) await runCommand("apt-get", ["update", "-qq"]);
  await runCommand("apt-get", ["download", ...PACKAGES], { cwd: directory });
}

function toolsBelow(root: string): NodeTools {
  const programs = [join(root, "usr/bin"), join(root, "usr/sbin")];
  return {
    containerd: join(root, "usr/bin/containerd"),
    ctr: join(root, "usr/bin/ctr"),
    nft: join(root, "usr/sbin/nft"),
    cni: join(root, "usr/lib/cni"),
    env: {
      PATH: [...programs, "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].join(
        ":",
      ),
      LD_LIBRARY_PATH: join(root, "usr/lib/x86_64-linux-gnu"),
    },
  };
}
