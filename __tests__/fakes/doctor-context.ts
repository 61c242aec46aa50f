import { parseClusterArn } from "../../contract/cluster-arn.ts";
import type { Row } from "../../contract/datasets/column.ts";
import type { InstantSample } from "../../agent-src/adapters/prometheus/sample.ts";
import type { Check, Finding } from "../../agent-src/doctor/check.ts";
import { CHECKS } from "../../agent-src/doctor/checks.ts";
import type {
  BucketProbe,
  DoctorContext,
  DoctorSettings,
  Endpoint,
  FolderProbe,
  Identity,
  Network,
  OpenCostProbe,
  PrometheusProbe,
  SinkProbe,
} from "../../agent-src/doctor/context.ts";
import { runChecks, type CheckResult } from "../../agent-src/doctor/run.ts";
import type { Sink } from "../../agent-src/export/sink.ts";
import { CLUSTER_ARN, datasetNamed, TEN } from "./hours.ts";
import { MemorySink } from "./memory-sink.ts";
import { sample } from "./fake-instant-source.ts";

/** Answers to queries, the first whose pattern fits; an Error is thrown. */
export type Answers = readonly (readonly [RegExp, readonly InstantSample[] | Error])[];

/** What differs from a healthy installation. */
export interface Changes {
  readonly settings?: Partial<DoctorSettings>;
  readonly network?: Partial<Network>;
  readonly endpoint?: Partial<Endpoint>;
  readonly identity?: Identity;
  readonly prometheus?: Partial<PrometheusProbe>;
  readonly answers?: Answers;
  readonly openCost?: Partial<OpenCostProbe>;
  readonly rows?: readonly Row[];
  readonly warnings?: readonly string[];
  readonly clusterIds?: readonly string[];
  readonly sink?: Sink;
  readonly bucket?: Partial<BucketProbe>;
  readonly folder?: Partial<FolderProbe>;
  readonly now?: number;
  readonly signal?: AbortSignal;
}

export const GOOD: Identity = {
  version: "2.42.0",
  failure: undefined,
  answer: { status: 200, contentType: "application/json", aheadSeconds: 0.2 },
};

const HEALTHY: Answers = [
  [
    /^group by \(job, instance, node\) \(node_total_hourly_cost/,
    [sample({ job: "opencost", instance: "b:9003" })],
  ],
  [/^group by \(job\) \(node_total_hourly_cost/, [sample({ job: "opencost" })]],
  [/^group by \(job\) \(container_/, [sample({ job: "kubelet" })]],
  [/^group by \(job/, [sample({ job: "kube-state-metrics", instance: "a:8080" })]],
  [/> 1\)?$/, []],
  [/== 0/, []],
  [/^quantile/, [sample({}, 30)]],
  [/^count by \(job\)/, [sample({ job: "kube-state-metrics" }, 7)]],
  [/^count/, [sample({}, 3)]],
];

/** A healthy installation that just began, in the hour after {@link TEN}, but for the changes. */
export function doctorContext(changes: Changes = {}): DoctorContext {
  const bucketIsAsked = changes.bucket !== undefined;
  const sink = changes.sink ?? new MemorySink();
  const place: SinkProbe["place"] = bucketIsAsked
    ? { kind: "s3", endpoint: endpoint("S3", "AWS_ENDPOINT_URL_S3", changes), bucket: bucket(changes) }
    : { kind: "file", folder: folder(changes) };
  return {
    settings: {
      cluster: parseClusterArn(CLUSTER_ARN),
      datasets: [datasetNamed("allocation"), datasetNamed("container")],
      hour: TEN,
      windowHours: 24,
      settleSeconds: 120,
      jobs: { kubeStateMetricsJob: "kube-state-metrics" },
      currency: "USD",
      ...changes.settings,
    },
    now: () => changes.now ?? TEN + 4000,
    network: {
      resolve: async () => ["10.0.0.1"],
      connect: async () => {},
      ...changes.network,
    },
    prometheus: prometheus(changes),
    openCost: openCost(changes),
    sink: { url: sink.url, sink, place },
    signal: changes.signal ?? new AbortController().signal,
  };
}

function endpoint(name: string, flag: string, { endpoint: changed }: Changes): Endpoint {
  return { name, flag, host: `${name.toLowerCase()}.example`, port: 9090, isSecure: false, ...changed };
}

function prometheus(changes: Changes): PrometheusProbe {
  return {
    endpoint: endpoint("Prometheus", "--prometheus-url", changes),
    identify: async () => changes.identity ?? GOOD,
    async ask(promql) {
      const found = [...(changes.answers ?? []), ...HEALTHY].find(([pattern]) => pattern.test(promql));
      if (!found) throw new Error(`no answer for ${promql}`);
      if (found[1] instanceof Error) throw found[1];
      return found[1];
    },
    aheadSeconds: async () => 0.1,
    configuredRetention: async () => "15d",
    oldestSample: async () => TEN - 10 * 86_400,
    ...changes.prometheus,
  };
}

const ROWS: readonly Row[] = [
  { row_kind: "workload", total_cost: 2 },
  { row_kind: "idle", total_cost: 1 },
];

function openCost(changes: Changes): OpenCostProbe {
  return {
    endpoint: endpoint("OpenCost", "--opencost-url", changes),
    identify: async () => changes.identity ?? { ...GOOD, version: "1.118.0" },
    openHour: () => ({
      answer: {
        rows: (async function* () {
          yield* changes.rows ?? ROWS;
        })(),
        summary: () => ({
          queries: { expected: 1, answered: 1 },
          sources: {},
          warnings: [...(changes.warnings ?? [])],
        }),
      },
      clusterIds: () => new Set(changes.clusterIds ?? ["prod"]),
    }),
    ...changes.openCost,
  };
}

function bucket(changes: Changes): BucketProbe {
  return {
    bucket: "insights",
    region: "eu-west-1",
    bucketRegion: async () => "eu-west-1",
    aheadSeconds: async () => 0.3,
    caller: async () => ({
      arn: "arn:aws:sts::123456789012:assumed-role/prod/export",
      account: "123456789012",
    }),
    isOwnedBy: async () => true,
    ...changes.bucket,
  };
}

function folder(changes: Changes): FolderProbe {
  return {
    path: "/data",
    kind: async () => "folder",
    freeBytes: async () => 5e9,
    ...changes.folder,
  };
}

/** The check called `id`. @throws Error when there is none */
export function checkNamed(id: string): Check {
  const check = CHECKS.find((candidate) => candidate.id === id);
  if (!check) throw new Error(`no check "${id}"`);
  return check;
}

/** What one check finds, whatever it needs. */
export async function findingsOf(id: string, changes: Changes): Promise<readonly Finding[]> {
  const [result] = await runChecks([{ ...checkNamed(id), needs: [] }], doctorContext(changes), () => {});
  return result?.findings ?? [];
}

/** What all checks find. */
export function runAll(changes: Changes = {}): Promise<readonly CheckResult[]> {
  return runChecks(CHECKS, doctorContext(changes), () => {});
}
