import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { cacheRoot } from "../env.ts";
import { CGROUP_ROOT } from "./kubelet.ts";
import { ensureNodeTools } from "./node-tools.ts";

/** What the ground could leave on a machine, one line each: processes of its own, and all of the rest. */
export interface Footprint {
  readonly processes: readonly string[];
  readonly interfaces: readonly string[];
  readonly mounts: readonly string[];
  readonly rules: readonly string[];
  readonly settings: readonly string[];
  readonly cgroups: readonly string[];
  readonly files: readonly string[];
}

/** Folders outside the cache where a node leaves files, and the folders that hold them. */
const SHARED_FOLDERS = [
  "/run",
  "/run/containerd/s",
  "/run/netns",
  "/var/lib",
  "/var/lib/cni/results",
  "/var/log",
  "/var/log/containers",
  "/usr/libexec",
];

/** Looks at the machine: `ps`, `ip`, mounts, `nft`, forwarding, cgroups. */
export async function takeFootprint(): Promise<Footprint> {
  const { nft, env } = await ensureNodeTools();
  const links = await runCommand("ip", ["-oneline", "link"]);
  const addresses = await runCommand("ip", ["-oneline", "address"]);
  const routes = await runCommand("ip", ["-oneline", "route"]);
  const rules = await runCommand(nft, ["list", "ruleset"], { env });
  return {
    processes: groundProcesses(),
    interfaces: [links, addresses, routes].flatMap(({ stdout }) => stdout.split("\n").map(withoutLifetimes)),
    mounts: readFileSync("/proc/self/mountinfo", "utf8").split("\n").map(mountPoint),
    rules: rules.stdout.split("\n"),
    settings: [`ip_forward ${readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8").trim()}`],
    cgroups: groundCgroups(),
    files: SHARED_FOLDERS.flatMap((folder) => listed(folder).map((name) => join(folder, name))),
  };
}

/** What is there now and was not before, and the reverse; empty when the machine is as it was. */
export function footprintChanges(before: Footprint, after: Footprint): readonly string[] {
  return (Object.keys(before) as (keyof Footprint)[]).flatMap((kind) => {
    const left = without(after[kind], before[kind]).map((line) => `left: ${line}`);
    const lost = without(before[kind], after[kind]).map((line) => `lost: ${line}`);
    return [...left, ...lost].map((line) => `${kind}: ${line}`);
  });
}

/** Lines, less one for each in `others`: the same mount may be there twice. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const remaining = [...others];
  return lines.filter((line) => {
    const place = remaining.indexOf(line);
    if (place >= 0) remaining.splice(place, 1);
    return place < 0;
  });
}

/** Programs of the cache or of this folder, by their command lines, and what runs in the ground's cgroup: pods. */
function groundProcesses(): string[] {
  const ours = [cacheRoot(), import.meta.dirname.replace(/kubernetes$/, "")];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && !isThisRun(Number(name)))
    .filter(
      (pid) =>
        ours.some((place) => read(pid, "cmdline").includes(place)) ||
        read(pid, "cgroup").includes(`:/${CGROUP_ROOT}`),
    )
    .map((pid) => `${pid} ${read(pid, "cmdline").replaceAll("\0", " ").trim()}`);
}

/** Whether a process is this one or one that started it: the test itself lies in this folder, too. */
function isThisRun(pid: number): boolean {
  for (let own = process.pid; own > 1; own = parentOf(own)) if (own === pid) return true;
  return false;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(String(pid), "status"))?.[1] ?? 0);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // ended meanwhile
  }
}

// Remaining lifetimes of addresses count down between two looks.
function withoutLifetimes(line: string): string {
  return line.replaceAll(/\b(valid_lft|preferred_lft|expires) \S+/g, "").trim();
}

function mountPoint(line: string): string {
  return line.split(" ")[4] ?? "";
}

function groundCgroups(): string[] {
  return listed("/sys/fs/cgroup")
    .map((name) => join("/sys/fs/cgroup", name, CGROUP_ROOT))
    .concat(join("/sys/fs/cgroup", CGROUP_ROOT))
    .filter((directory) => existsSync(directory));
}

function listed(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
