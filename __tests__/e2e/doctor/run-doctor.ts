import assert from "node:assert/strict";
import { CLUSTER_ARN, runCli } from "../export/cli.ts";
import { s3Env } from "../ground/s3-access.ts";
import { S3_KEYS } from "../ground/versitygw.ts";
import type { DoctorGround } from "./doctor-ground.ts";

/** What `doctor --json` says of a check. */
export interface CheckSaid {
  readonly id: string;
  readonly level: "ok" | "warning" | "problem" | "skipped";
  readonly findings: readonly { readonly level: string; readonly text: string; readonly fix?: string }[];
}

/** What a run of `doctor` ended with. */
export interface DoctorSaid {
  readonly code: number | null;
  readonly checks: readonly CheckSaid[];
}

/** Flags that differ from those of a healthy installation. */
export type Flags = Readonly<Record<string, string>>;

/** Looks at the recorded cluster, in the hour of 10:00, through a process of the command line. */
export async function runDoctor(
  { sources, s3 }: DoctorGround,
  flags: Flags,
  env: Readonly<Record<string, string>> = {},
): Promise<DoctorSaid> {
  const all = {
    "--prometheus-url": sources.prometheusUrl,
    "--opencost-url": sources.opencostUrl,
    "--cluster-arn": CLUSTER_ARN,
    // What the recorded cluster has is known for these.
    "--datasets": "allocation,container",
    "--until": "2026-11-22T11:00:00Z",
    ...flags,
  };
  const args = ["doctor", "--json", "--s3-force-path-style", ...Object.entries(all).flat()];
  const result = await runCli(args, { ...s3Env(s3.url, S3_KEYS), ...env });
  assert.ok(result.stdout.startsWith("{"), `no report\n${result.stdout}\n${result.stderr}`);
  return { code: result.code, checks: (JSON.parse(result.stdout) as DoctorSaid).checks };
}

/** The findings of a check as one text, its level first. */
export function saidOf({ checks }: DoctorSaid, id: string): string {
  const check = checks.find((one) => one.id === id);
  assert.ok(check, `there is no check "${id}"`);
  return [check.level, ...check.findings.map(({ text, fix }) => `${text} | ${fix ?? ""}`)].join("\n");
}

/** Ids of the checks that found something wrong. */
export function notGood({ checks }: DoctorSaid): string[] {
  return checks.filter(({ level }) => level === "warning" || level === "problem").map(({ id }) => id);
}
