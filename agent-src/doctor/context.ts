import type { Cluster } from "../../contract/cluster-arn.ts";
import type { Dataset, Row } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import type { InstantSample } from "../adapters/prometheus/sample.ts";
import type { HourAnswer } from "../export/hour-source.ts";
import type { QueryJobs } from "../export/promql.ts";
import type { Sink } from "../export/sink.ts";

/** What is looked at; a check of something that was not given is left out of the run. */
export type Subject = "prometheus" | "opencost" | "sink";

/** What the checks compare with. */
export interface DoctorSettings {
  readonly cluster: Cluster;
  readonly datasets: readonly Dataset[];
  /** The newest closed hour: the one that the next export would want. */
  readonly hour: Hour;
  /** Hours that an outage of the export may last without a loss: for so long Prometheus should keep its data. */
  readonly windowHours: number;
  /** How long after its end an hour is left alone. */
  readonly settleSeconds: number;
  /** Jobs and matchers of the dictionary's queries. */
  readonly jobs: QueryJobs;
  readonly currency: string;
}

/** A host that has to be reached. */
export interface Endpoint {
  /** For messages: `Prometheus`. */
  readonly name: string;
  /** What holds its address, for messages: `--prometheus-url`. */
  readonly flag: string;
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** The network below HTTP. Both throw errors with a `code` such as ENOTFOUND. */
export interface Network {
  resolve(host: string): Promise<readonly string[]>;
  /** Opens a connection and closes it. */
  connect(host: string, port: number): Promise<void>;
}

/** An HTTP answer beside its body. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Seconds by which this machine's clock is ahead of the answer's Date header; undefined without that header. */
  readonly aheadSeconds: number | undefined;
}

/** What came of asking a source for its version. */
export interface Identity {
  /** As the source says it; "unknown" when it answers without one. undefined when it did not answer as it should. */
  readonly version: string | undefined;
  /** What an export would fail with. */
  readonly failure: Error | undefined;
  /** undefined when there was no HTTP answer at all. */
  readonly answer: HttpAnswer | undefined;
}

/** Prometheus as the checks need it. */
export interface PrometheusProbe {
  readonly endpoint: Endpoint;
  /** Asked once. */
  identify(): Promise<Identity>;
  /** All series of a small instant query at `timeSeconds`. */
  ask(promql: string, timeSeconds: number): Promise<readonly InstantSample[]>;
  /** Seconds by which this machine's clock is ahead of Prometheus' own `time()`. */
  aheadSeconds(): Promise<number>;
  /** `15d`, `15d or 50GB`; undefined when the server does not tell. */
  configuredRetention(): Promise<string | undefined>;
  /** When the oldest data was scraped, epoch seconds; undefined when there is none. */
  oldestSample(): Promise<number | undefined>;
}

/** OpenCost as the checks need it. */
export interface OpenCostProbe {
  readonly endpoint: Endpoint;
  /** Asked once. */
  identify(): Promise<Identity>;
  /** The hour's rows exactly as an export would write them, and the cluster ids that OpenCost's answer names. */
  openHour(): { readonly answer: HourAnswer<Row>; clusterIds(): ReadonlySet<string> };
}

/** Whose credentials a store is used with. */
export interface Caller {
  /** `arn:aws:sts::123456789012:assumed-role/…`; undefined when that cannot be asked here. */
  readonly arn: string | undefined;
  readonly account: string | undefined;
}

/** The bucket beside its objects. */
export interface BucketProbe {
  readonly bucket: string;
  /** The region that requests are sent to and signed for. */
  readonly region: string;
  /** Where the bucket is; undefined when the server does not say. */
  bucketRegion(): Promise<string | undefined>;
  /** Seconds by which this machine's clock is ahead of S3's; undefined when no answer has a Date header. */
  aheadSeconds(): Promise<number | undefined>;
  /** undefined where there is no STS, as beside an S3-compatible server. @throws the SDK's error */
  caller(): Promise<Caller | undefined>;
  /** Whether the bucket belongs to `account`. @throws the SDK's error when even a listing is refused */
  isOwnedBy(account: string): Promise<boolean>;
}

/** The folder beside its objects. */
export interface FolderProbe {
  readonly path: string;
  /** undefined when there is no such folder yet. */
  kind(): Promise<"folder" | "other" | undefined>;
  /** Free for this user, on the file system of the folder or of its nearest parent that exists. */
  freeBytes(): Promise<number>;
}

/** Where the files go. */
export interface SinkProbe {
  /** As `--sink` names it. */
  readonly url: string;
  /** Rooted at the cluster's prefix, opened as an export opens it. */
  readonly sink: Sink;
  readonly place:
    | { readonly kind: "s3"; readonly endpoint: Endpoint; readonly bucket: BucketProbe }
    | { readonly kind: "file"; readonly folder: FolderProbe };
}

/** Everything that checks may look at. All I/O, the clock included, is behind it. */
export interface DoctorContext {
  readonly settings: DoctorSettings;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly network: Network;
  readonly prometheus: PrometheusProbe;
  /** undefined when no wanted dataset comes from OpenCost and none was named. */
  readonly openCost: OpenCostProbe | undefined;
  readonly sink: SinkProbe;
  /** Given up when aborted. */
  readonly signal: AbortSignal;
}

/** The endpoint of a subject; undefined when it has none. */
export function endpointOf(context: DoctorContext, subject: Subject): Endpoint | undefined {
  switch (subject) {
    case "prometheus":
      return context.prometheus.endpoint;
    case "opencost":
      return context.openCost?.endpoint;
    case "sink":
      return context.sink.place.kind === "s3" ? context.sink.place.endpoint : undefined;
  }
}
