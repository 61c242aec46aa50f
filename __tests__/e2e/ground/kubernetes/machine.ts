import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand, tryCommand } from "../command.ts";
import { NODE_ADDRESS, POD_BRIDGE } from "./addresses.ts";
import { CGROUP_ROOT } from "./kubelet.ts";

const FORWARDING = "/proc/sys/net/ipv4/ip_forward";
const CGROUPS = "/sys/fs/cgroup";
const CNI_RESULTS = "/var/lib/cni/results";

/** Folders that a container runtime, its network plugins and a kubelet write to whatever their settings say. */
const SHARED_FOLDERS = ["/run/containerd", "/var/lib/cni", "/var/lib/kubelet", "/var/log/containers"];

/** @throws Error when this process is not root's */
export function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new Error("Starting the real node: it needs root; all other parts do not");
}

/** What the machine was like before. */
interface MachineBefore {
  readonly forwarding: string;
  readonly missingFolders: readonly string[];
}

/**
 * Gives the machine what a node needs: its address on the loopback interface, forwarding between pods, and a cgroup
 * of its own. What was there before is remembered in `data`.
 */
export async function prepareMachine(data: string): Promise<void> {
  const file = recordOfBefore(data);
  if (!isMachinePrepared(data)) {
    const missingFolders = SHARED_FOLDERS.filter((folder) => !existsSync(folder));
    const before: MachineBefore = { forwarding: await readFile(FORWARDING, "utf8"), missingFolders };
    await writeFile(file, JSON.stringify(before));
  }
  await writeFile(FORWARDING, "1");
  if (!(await hasAddress())) await runCommand("ip", ["address", "add", `${NODE_ADDRESS}/32`, "dev", "lo"]);
  for (const hierarchy of cgroupHierarchies()) await mkdir(join(hierarchy, CGROUP_ROOT), { recursive: true });
}

/** Whether this machine is prepared with `data`, and not restored since. */
export function isMachinePrepared(data: string): boolean {
  return existsSync(recordOfBefore(data));
}

function recordOfBefore(data: string): string {
  return join(data, "machine-before.json");
}

/**
 * Takes back everything that a node leaves on the machine, whether it stopped in order or was killed. Each step is
 * about what carries the ground's own names, so that another runtime on the machine is left alone.
 */
export async function restoreMachine(data: string): Promise<void> {
  await endPods();
  await endShims(data);
  await unmountBelow(data);
  await removeBridge();
  if (await hasAddress()) await runCommand("ip", ["address", "delete", `${NODE_ADDRESS}/32`, "dev", "lo"]);
  for (const hierarchy of cgroupHierarchies()) await removeCgroup(join(hierarchy, CGROUP_ROOT));
  await removeFiles(data);
  if (!isMachinePrepared(data)) return;
  const before = JSON.parse(await readFile(recordOfBefore(data), "utf8")) as MachineBefore;
  await writeFile(FORWARDING, before.forwarding);
  for (const folder of before.missingFolders) await rm(folder, { recursive: true, force: true });
  await rm(recordOfBefore(data));
}

/**
 * Deletes the pods' bridge, and first what hangs on it: the kernel keeps a dead pod's network, and so its end on this
 * machine, for as long as a connection of it waits for an acknowledgement that never comes.
 */
async function removeBridge(): Promise<void> {
  const bridge = `/sys/class/net/${POD_BRIDGE}`;
  if (!existsSync(bridge)) return;
  for (const end of await listed(join(bridge, "brif"))) {
    const { code, stderr } = await tryCommand("ip", ["link", "delete", end]);
    if (code !== 0 && existsSync(`/sys/class/net/${end}`)) {
      throw new Error(`Deleting the interface "${end}": ${stderr.trim()}`);
    }
  }
  await runCommand("ip", ["link", "delete", POD_BRIDGE]);
}

async function hasAddress(): Promise<boolean> {
  const { stdout } = await runCommand("ip", ["-oneline", "address", "show", "dev", "lo"]);
  return stdout.includes(`inet ${NODE_ADDRESS}/32`);
}

/** Roots of the cgroup trees. v1 has one tree per controller; v2 has one tree. */
export function cgroupHierarchies(): string[] {
  if (existsSync(join(CGROUPS, "cgroup.controllers"))) return [CGROUPS];
  return readdirSync(CGROUPS).map((name) => join(CGROUPS, name));
}

/** Kills what runs in pods: all of it is in the ground's cgroup, and nothing else is. */
async function endPods(): Promise<void> {
  for (const hierarchy of cgroupHierarchies()) {
    for (const directory of directoriesBelow(join(hierarchy, CGROUP_ROOT))) {
      const procs = join(directory, "cgroup.procs");
      if (!existsSync(procs)) continue;
      for (const pid of readFileSync(procs, "utf8").split("\n").filter(Boolean)) killForCertain(Number(pid));
    }
  }
}

/** A container's keeper outlives containerd on purpose. It is told by the socket that it reports to. */
async function endShims(data: string): Promise<void> {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const command = commandLine(pid);
    if (command[0]?.endsWith("containerd-shim-runc-v2") && command.includes(join(data, "containerd.sock"))) {
      killForCertain(Number(pid));
    }
  }
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // gone
  }
}

function killForCertain(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // gone already
  }
}

async function unmountBelow(data: string): Promise<void> {
  // Later mounts may lie on earlier ones, hence backwards. Its fifth field is the place: proc_pid_mountinfo(5).
  const places = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((place) => place.startsWith(`${data}/`));
  for (const place of places.reverse()) await runCommand("umount", ["--lazy", place]);
}

async function removeCgroup(directory: string): Promise<void> {
  // Processes that were killed leave their cgroup a moment later.
  for (const each of directoriesBelow(directory).reverse()) {
    for (let attempt = 1; ; attempt++) {
      const failed = await rmdir(each).catch((error: NodeJS.ErrnoException) => error);
      if (!failed || failed.code === "ENOENT") break;
      if (attempt === 50) throw failed;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A directory and all below it, outer ones first; none when it does not exist. */
function directoriesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const inner = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [directory, ...inner.flatMap(({ name }) => directoriesBelow(join(directory, name)))];
}

/** Files in shared folders: the network plugins' results, the kubelet's links to logs, the shims' sockets. */
async function removeFiles(data: string): Promise<void> {
  const tasks = join(data, "containerd-state/io.containerd.runtime.v2.task/k8s.io");
  const ids = await listed(tasks);
  for (const id of ids) {
    const address = await readFile(join(tasks, id, "address"), "utf8").catch(() => ""); // a container has none
    if (address.startsWith("unix://")) await rm(address.slice("unix://".length), { force: true });
  }
  for (const name of await listed(CNI_RESULTS)) {
    if (ids.some((id) => name.includes(id))) await rm(join(CNI_RESULTS, name));
  }
  if (existsSync("/var/log/containers")) {
    await runCommand("find", ["/var/log/containers", "-lname", `${data}/*`, "-delete"]);
  }
}

async function listed(directory: string): Promise<string[]> {
  return existsSync(directory) ? readdir(directory) : [];
}
