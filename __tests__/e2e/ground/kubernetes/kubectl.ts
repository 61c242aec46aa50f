import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCommand, tryCommand, type CommandResult } from "../command.ts";
import { dataDirectory } from "../parts/run-state.ts";
import { ensureKubernetes } from "./binaries.ts";

/** Where the cluster's keys and kubeconfigs are while it is up. */
export function pkiDirectory(): string {
  return join(dataDirectory("kubernetes"), "pki");
}

/** Full rights on the cluster. */
export function adminKubeconfig(): string {
  return join(pkiDirectory(), "admin.kubeconfig");
}

/** Runs kubectl as the cluster's administrator. @throws Error with what it said when it fails */
export async function kubectl(args: readonly string[], timeoutSeconds = 120): Promise<CommandResult> {
  return runCommand(...(await kubectlCall(args)), { timeoutSeconds });
}

/** Runs kubectl as the cluster's administrator, whatever comes out. */
export async function tryKubectl(args: readonly string[], timeoutSeconds = 120): Promise<CommandResult> {
  return tryCommand(...(await kubectlCall(args)), { timeoutSeconds });
}

async function kubectlCall(args: readonly string[]): Promise<[string, string[]]> {
  const { kubectl: program } = await ensureKubernetes();
  return [program, [`--kubeconfig=${adminKubeconfig()}`, ...args]];
}

/** Creates or updates the objects in a file. Server-side, so that it may be repeated. */
export async function applyFile(file: string): Promise<void> {
  await kubectl([
    "apply",
    "--server-side",
    "--force-conflicts",
    "--field-manager=ground",
    `--filename=${file}`,
  ]);
}

/** An object as the API server tells it. @throws Error with what kubectl said when there is none */
export async function getObject<T>(kind: string, name: string, namespace?: string): Promise<T> {
  const where = namespace === undefined ? [] : [`--namespace=${namespace}`];
  const { stdout } = await kubectl(["get", kind, name, ...where, "--output=json"]);
  return JSON.parse(stdout) as T;
}

/**
 * Waits until something is so.
 * @throws Error naming what was waited for
 */
export async function waitUntil(what: string, seconds: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}, in vain`);
    await sleep(300);
  }
}
