import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { exportArgs, exportHours } from "../export/cli.ts";
import { folderTarget, manifestFileKey } from "../export/folder.ts";
import { HOURS } from "../export/truth.ts";
import { freePort } from "../ground/daemon.ts";
import type { OpencostMood } from "../ground/opencost-replay.ts";
import { BUCKET, type DoctorGround } from "./doctor-ground.ts";
import { runDoctor, saidOf, type Flags } from "./run-doctor.ts";

const PROBLEMS = 4;

/** Things broken at once, which one run has to find each for itself. */
interface Breakage {
  readonly name: string;
  readonly flags: Flags;
  readonly env?: Readonly<Record<string, string>>;
  readonly mood?: OpencostMood;
  /** What the checks have to say, level first, then text and fix. */
  readonly says: Readonly<Record<string, RegExp>>;
}

/** Each run must end with 4 and name what was broken. */
export async function checkBreakages(checks: Checks, ground: DoctorGround): Promise<void> {
  for (const breakage of await breakages(ground)) {
    await checks.check(breakage.name, () => checkBreakage(ground, breakage));
  }
}

async function checkBreakage({ sources, ...rest }: DoctorGround, breakage: Breakage): Promise<void> {
  sources.opencost.setMood(breakage.mood ?? "recorded");
  try {
    const said = await runDoctor({ sources, ...rest }, breakage.flags, breakage.env);
    assert.equal(said.code, PROBLEMS);
    for (const [id, pattern] of Object.entries(breakage.says)) assert.match(saidOf(said, id), pattern);
  } finally {
    sources.opencost.setMood("recorded");
  }
}

async function breakages(ground: DoctorGround): Promise<readonly Breakage[]> {
  const { sources, directory } = ground;
  const file = join(directory, "a-file");
  await writeFile(file, "no folder");
  const nobody = `http://127.0.0.1:${await freePort()}`;
  return [
    {
      name: "wrong jobs, a currency that is not the price list's, a sink that is a file",
      flags: {
        "--kube-state-metrics-job": "ksm",
        "--cadvisor-job": "cadvisor",
        "--currency": "EUR",
        "--sink": `file://${file}`,
      },
      says: {
        "kube-state-metrics-job":
          /^problem\n.*there with job .*"kube-state-metrics".* \| name kube-state-metrics's job: --kube-state-metrics-job /,
        "cadvisor-job":
          /^problem\n.*there with job "kubernetes-nodes-cadvisor" \| name cAdvisor's job: --cadvisor-job kubernetes-nodes-cadvisor$/,
        metrics:
          /^warning\nnone of the \d+ metrics of kube-state-metrics[^]*none of the \d+ metrics of cadvisor/,
        "opencost-hour": /^problem\n.*--kube-state-metrics-job/,
        "opencost-prices": /^warning[^]*--currency is "EUR".*in USD/,
        "sink-folder": /^problem\n.*is no folder/,
      },
    },
    {
      name: "every job taken for kube-state-metrics, everything idle, a wrong secret",
      flags: { "--kube-state-metrics-job": ".*", "--sink": `s3://${BUCKET}` },
      env: { AWS_SECRET_ACCESS_KEY: "wrong" },
      mood: "all-idle",
      says: {
        "duplicate-opencost-metrics": /^problem\n.*--kube-state-metrics-job matches it, too/,
        "duplicate-kube-state-metrics": /^warning\n\d+ containers told of more than once, by .*"opencost/,
        "opencost-hour": /^problem\n.*all of its cost is idle/,
        "sink-write": /^problem\ncannot list in s3:.*secret key/,
        "export-lag": /^skipped/,
      },
    },
    {
      name: "a host that does not resolve, Prometheus' address for OpenCost's, a bucket that is not there",
      flags: {
        "--prometheus-url": "http://no-such-host.invalid:9090",
        "--opencost-url": sources.prometheusUrl,
        "--sink": "s3://no-such-bucket",
      },
      says: {
        "prometheus-dns": /^problem\nthe host "no-such-host.invalid" of Prometheus does not resolve/,
        "prometheus-connection": /^skipped/,
        "opencost-api": /^problem\n.*--opencost-url/,
        "sink-write": /^problem\n.*the bucket does not exist/,
      },
    },
    {
      name: "nobody at Prometheus' port, http asked as https, a gap in the ledger",
      flags: {
        "--prometheus-url": nobody,
        "--opencost-url": sources.opencostUrl.replace("http:", "https:"),
        "--sink": await sinkWithGap(ground),
        "--until": "2026-11-22T12:00:00Z",
      },
      says: {
        "prometheus-connection": /^problem\n.*ECONNREFUSED.*nothing listens on port/,
        "opencost-tls": /^problem\nTLS with OpenCost/,
        "export-lag": /^ok\n.*0 hours behind/,
        "export-gaps":
          /^warning\n1 hour of "allocation" missing between 2026-11-22T10:00:00Z and 2026-11-22T10:00:00Z/,
      },
    },
    {
      name: "an hour that nobody has",
      flags: { "--until": "2026-11-20T01:00:00Z", "--sink": folderTarget(directory, "before").sink },
      says: {
        "kube-state-metrics-job": /^problem\n.*nor has any job/,
        "opencost-hour": /^problem\n.*it is empty/,
        "opencost-prices": /^warning\n"node_cpu_hourly_cost" has no series/,
      },
    },
  ];
}

/** Three hours exported, and the manifest of the middle one lost. */
async function sinkWithGap({ sources, directory }: DoctorGround): Promise<string> {
  const target = folderTarget(directory, "gap");
  await exportHours(exportArgs(sources, target.sink, ["--datasets", "allocation"]));
  await rm(join(target.root, manifestFileKey("allocation", HOURS[1] ?? 0)));
  return target.sink;
}
