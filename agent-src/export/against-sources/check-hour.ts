import type { Dataset } from "../../../contract/datasets/column.ts";
import { PRESENCE_QUERIES } from "../../../contract/datasets/cross-check-queries.ts";
import { dataKey } from "../../../contract/object-keys.ts";
import type { OpenCost } from "../../adapters/opencost/client.ts";
import type { Allocation } from "../allocation-fields.ts";
import { askSamples, type HourQuestions } from "../cross-check/ask-samples.ts";
import { containerKey } from "../cross-check/cluster-hour.ts";
import { compareAllocations } from "../cross-check/compare.ts";
import { readClusterHour } from "../cross-check/read-cluster-hour.ts";
import { recompute } from "../cross-check/recompute.ts";
import { refusals } from "../cross-check/verdict.ts";
import { allocationsOfCluster } from "../opencost-cluster.ts";
import { label } from "../queries.ts";
import type { Sink } from "../sink.ts";
import type { Finding } from "../verify-hour.ts";
import type { Problem } from "../verify-object.ts";
import { addAnswered, compareSums, emptySums, type CostSums } from "./cost-sums.ts";
import { readContainers, readCosts, readGpus, type ExportedCosts } from "./exported-hour.ts";
import type { CrossCheckProof, HourProof, PresenceProof, SumsProof } from "./proof.ts";

/** What an hour is held to. */
export interface HourCheck {
  readonly questions: HourQuestions;
  /** Without it, sums are not compared. */
  readonly openCost?: Pick<OpenCost, "allocations"> | undefined;
  /** The cluster's id in OpenCost, where it knows several. */
  readonly openCostCluster?: string | undefined;
  readonly sink: Sink;
  readonly clusterArn: string;
  /** Those of the hour whose files are sound. */
  readonly datasets: readonly Dataset[];
}

/**
 * Holds an hour's files to what the sources say now. Sources that have nothing of the hour any more are a finding, too:
 * then nothing is proved.
 * @throws what the sources and the sink throw
 */
export async function checkAgainstSources(check: HourCheck): Promise<HourProof> {
  const { hour } = check.questions;
  const of = (name: string): Dataset | undefined => check.datasets.find((dataset) => dataset.name === name);
  const parts = new Parts(check);
  const [allocation, container, gpu] = [of("allocation"), of("container"), of("gpu")];
  const costs = allocation && (await readCosts({ ...check, hour, dataset: allocation }));
  const sums = allocation && costs && (await parts.sums(allocation, costs));
  const crossCheck = allocation && costs && (await parts.crossCheck(allocation, costs));
  const containers = container && (await parts.containers(container));
  const gpus = gpu && (await parts.gpus(gpu));
  return {
    hour,
    ...(sums ? { sums } : {}),
    ...(crossCheck ? { crossCheck } : {}),
    ...(containers ? { containers } : {}),
    ...(gpus ? { gpus } : {}),
    findings: parts.findings,
  };
}

const MOST_NAMES = 5;

/** The parts of a check, which leave what they find in `findings`. */
class Parts {
  readonly findings: Finding[] = [];
  readonly #check: HourCheck;

  constructor(check: HourCheck) {
    this.#check = check;
  }

  async sums(dataset: Dataset, { sums: exported }: ExportedCosts): Promise<SumsProof | undefined> {
    const { openCost, openCostCluster, questions } = this.#check;
    if (!openCost) return undefined;
    const answered = await readAnswer(openCost, openCostCluster, questions);
    const unequal = compareSums(exported, answered);
    if (answered.rows === 0 && exported.rows > 0) {
      this.#add(dataset, "no-source-data", "OpenCost has nothing of this hour any more: no sum is proved");
      return undefined;
    }
    if (answered.rows !== exported.rows) {
      const detail = `it holds ${exported.rows} rows, OpenCost now answers ${answered.rows}`;
      this.#add(dataset, "source-sums", detail);
    }
    for (const sum of unequal) {
      const detail = `its "${sum.column}" sums to ${sum.exported.toFixed(5)}, OpenCost's answer now to ${sum.answered.toFixed(5)} (rounding explains ${sum.allowed.toFixed(5)})`;
      this.#add(dataset, "source-sums", detail);
    }
    return { exported, answered, unequal };
  }

  async crossCheck(dataset: Dataset, { rows }: ExportedCosts): Promise<CrossCheckProof | undefined> {
    const cluster = await readClusterHour(this.#check.questions);
    if (cluster.pods.size === 0) {
      const detail = `kube-state-metrics has no running container with job=~"${this.#check.questions.jobs.kubeStateMetricsJob}" in this hour: no cost is recomputed`;
      this.#add(dataset, "no-source-data", detail);
      return undefined;
    }
    const byExporter = compareAllocations(rows, recompute(cluster, "exporter"));
    for (const detail of refusals(byExporter)) this.#add(dataset, "cross-check", detail);
    return { byExporter, byCadvisor: compareAllocations(rows, recompute(cluster, "cadvisor")) };
  }

  async containers(dataset: Dataset): Promise<PresenceProof | undefined> {
    const samples = await askSamples(
      this.#check.questions,
      "running containers",
      PRESENCE_QUERIES.runningContainers,
    );
    if (samples.length === 0) {
      const detail = `kube-state-metrics has no running container with job=~"${this.#check.questions.jobs.kubeStateMetricsJob}" in this hour: none is proved to be there`;
      this.#add(dataset, "no-source-data", detail);
      return undefined;
    }
    const seen = samples.map(({ labels }) =>
      containerKey(label(labels, "namespace"), label(labels, "pod"), label(labels, "container")),
    );
    const rows = await readContainers({ ...this.#check, hour: this.#check.questions.hour, dataset });
    return this.#presence(dataset, "missing-containers", "containers that ran", seen, rows);
  }

  async gpus(dataset: Dataset): Promise<PresenceProof | undefined> {
    const samples = await askSamples(this.#check.questions, "GPUs", PRESENCE_QUERIES.gpus);
    const rows = await readGpus({ ...this.#check, hour: this.#check.questions.hour, dataset });
    // A series without a UUID names no GPU: the export leaves it out, too, and warns.
    const seen = samples.map(({ labels }) => label(labels, "UUID")).filter((uuid) => uuid !== "");
    // A cluster without GPUs has none to be found.
    if (seen.length === 0 && rows.size > 0) {
      const detail = `DCGM has no GPU in this hour any more, while it holds ${rows.size}: none is proved to be there`;
      this.#add(dataset, "no-source-data", detail);
      return undefined;
    }
    return this.#presence(dataset, "missing-gpus", "GPUs that DCGM reported", seen, rows);
  }

  #presence(
    dataset: Dataset,
    problem: Problem,
    what: string,
    seen: readonly string[],
    rows: ReadonlySet<string>,
  ): PresenceProof {
    const missing = seen.filter((key) => !rows.has(key)).sort();
    if (missing.length > 0) {
      const names = missing.slice(0, MOST_NAMES).join(", ");
      const more = missing.length > MOST_NAMES ? ` and ${missing.length - MOST_NAMES} more` : "";
      this.#add(dataset, problem, `${missing.length} of ${seen.length} ${what} have no row: ${names}${more}`);
    }
    return { seen: seen.length, missing };
  }

  #add(dataset: Dataset, problem: Problem, detail: string): void {
    const at = { dataset: dataset.name, hour: this.#check.questions.hour };
    this.findings.push({ problem, ...at, key: dataKey(at, dataset.version), detail });
  }
}

async function readAnswer(
  openCost: Pick<OpenCost, "allocations">,
  cluster: string | undefined,
  { hour, signal }: HourQuestions,
): Promise<CostSums> {
  const sums = emptySums();
  const { allocations } = openCost.allocations(hour, signal);
  for await (const value of allocationsOfCluster(allocations, cluster, hour))
    addAnswered(sums, (value ?? {}) as Allocation);
  return sums;
}
