import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand, tryCommand } from "../command.ts";
import type { Program } from "../parts/part.ts";
import { POD_BRIDGE, POD_RANGE } from "./addresses.ts";
import { PAUSE_IMAGE } from "./images.ts";
import type { NodeTools } from "./node-tools.ts";

/** Path of the runtime's socket. */
export function containerdSocket(data: string): string {
  return join(data, "containerd.sock");
}

/** The container runtime, with everything it stores and mounts below `data`. */
export async function containerd(tools: NodeTools, data: string): Promise<Program> {
  const network = join(data, "cni");
  await mkdir(network, { recursive: true });
  await writeFile(join(network, "10-ground.conflist"), networkConfig(data));
  const config = join(data, "containerd.toml");
  await writeFile(config, runtimeConfig(tools, data, network));
  const probe = ["--address", containerdSocket(data), "version"];
  return {
    name: "containerd",
    command: tools.containerd,
    args: ["--config", config],
    env: tools.env,
    ports: [],
    ready: async () => (await tryCommand(tools.ctr, probe, { timeoutSeconds: 5 })).code === 0,
  };
}

/** Loads an image from an OCI archive. */
export async function importImage(tools: NodeTools, data: string, archive: string): Promise<void> {
  const args = ["--address", containerdSocket(data), "--namespace", "k8s.io", "images", "import", archive];
  await runCommand(tools.ctr, args);
}

// No masquerading: pods reach each other and this machine, and nothing beyond it.
function networkConfig(data: string): string {
  return JSON.stringify({
    cniVersion: "0.4.0",
    name: "ground",
    plugins: [
      {
        type: "bridge",
        bridge: POD_BRIDGE,
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: join(data, "cni-addresses"),
          ranges: [[{ subnet: POD_RANGE }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  });
}

function runtimeConfig(tools: NodeTools, data: string, network: string): string {
  const text = JSON.stringify;
  return `version = 2
root = ${text(join(data, "containerd-root"))}
state = ${text(join(data, "containerd-state"))}
[grpc]
  address = ${text(containerdSocket(data))}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(PAUSE_IMAGE)}
  disable_apparmor = true
  # A machine without CAP_SYS_RESOURCE refuses the sandbox's negative score.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  # No port besides the socket.
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${text(tools.cni)}
    conf_dir = ${text(network)}
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
      Root = ${text(join(data, "runc"))}
`;
}
