import { join } from "node:path";
import { ensurePart } from "../cache.ts";
import { runCommand } from "../command.ts";
import { unpackPackages } from "../debian.ts";

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

/** Where Debian puts libraries, for the machines that the tests are known to run on; only one of them exists. */
const LIBRARIES = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];

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
    await unpackPackages(building, PACKAGES);
    const { stdout } = await runCommand(join(building, "usr/bin/containerd"), ["--version"]);
    if (!stdout.includes(CONTAINERD_VERSION)) {
      throw new Error(`The distribution's containerd is not "${CONTAINERD_VERSION}" but: ${stdout}`);
    }
  });
  return toolsBelow(root);
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
      LD_LIBRARY_PATH: LIBRARIES.map((folder) => join(root, folder)).join(":"),
    },
  };
}
