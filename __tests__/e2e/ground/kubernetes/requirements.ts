import { access, constants, mkdir, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { cgroupHierarchies } from "./machine.ts";

/** Exit code of a program that a machine cannot run, so that its caller can tell "skipped" from "failed". */
export const CANNOT_RUN = 3;

/** Something that a machine has to allow. */
export interface Requirement {
  /** What is needed and for what, in a few words. */
  readonly need: string;
  /** @throws Error saying what the machine answered when it does not allow it */
  check(): Promise<void>;
}

/** Numbers of capabilities: `linux/capability.h`. */
const CAP_NET_ADMIN = 12;
const CAP_SYS_ADMIN = 21;

/** What the real node needs. Each is tried, and taken back at once. */
export const NODE_REQUIREMENTS: readonly Requirement[] = [
  {
    need: "Linux, for containers",
    check: () => refuseUnless(process.platform === "linux", process.platform),
  },
  { need: "root, for mounts, interfaces and cgroups", check: checkRoot },
  { need: "network and mount namespaces of its own, for pods", check: makeNamespaces },
  { need: "addresses and rules on this machine's network, for Services", check: checkNetwork },
  { need: "cgroups that it can make, for limits of pods", check: makeCgroups },
];

/** Why the machine will not do, in one line; undefined: it will. Later requirements are not tried then. */
export async function firstUnmet(requirements: readonly Requirement[]): Promise<string | undefined> {
  for (const { need, check } of requirements) {
    try {
      await check();
    } catch (error) {
      const [reason = ""] = (error instanceof Error ? error.message : String(error))
        .trim()
        .split("\n")
        .slice(-1);
      return `it needs ${need}, and has not: ${reason}`;
    }
  }
  return undefined;
}

/** Whether a process has a capability, by the text of its `/proc/<pid>/status`: proc_pid_status(5). */
export function hasCapability(status: string, capability: number): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (effective === undefined) throw new Error('There is no line "CapEff" in the status of the process');
  return ((BigInt(`0x${effective}`) >> BigInt(capability)) & 1n) === 1n;
}

function refuseUnless(isSo: boolean, found: string): Promise<void> {
  return isSo ? Promise.resolve() : Promise.reject(new Error(`found "${found}"`));
}

async function checkRoot(): Promise<void> {
  await refuseUnless(process.getuid?.() === 0, `user ${process.getuid?.()}`);
  const status = await readFile("/proc/self/status", "utf8");
  for (const [name, number] of Object.entries({ CAP_SYS_ADMIN, CAP_NET_ADMIN })) {
    if (!hasCapability(status, number)) throw new Error(`root here lacks ${name}`);
  }
}

async function makeNamespaces(): Promise<void> {
  await runCommand("unshare", ["--net", "--mount", "true"]);
}

async function checkNetwork(): Promise<void> {
  await runCommand("ip", ["-oneline", "link"]);
  await access("/proc/sys/net/ipv4/ip_forward", constants.W_OK);
}

async function makeCgroups(): Promise<void> {
  for (const hierarchy of cgroupHierarchies()) {
    const probe = join(hierarchy, `container-insights-${process.pid}`);
    await mkdir(probe);
    await rmdir(probe);
  }
}
