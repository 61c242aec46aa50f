import { createHash } from "node:crypto";
import { join } from "node:path";
import { runningContainers, type RunningContainer } from "../history/cluster.ts";
import { labelOf, readExposition, type ExposedSample } from "../history/exposition.ts";
import { livingSeries, type LivingSeries } from "../history/lifetimes.ts";
import { RECORDED } from "../history/recorded-cluster.ts";
import { seededFraction, seededHex } from "../history/seed.ts";
import { containerSeries, type ClosedForm, type Series } from "../history/usage.ts";
import { createHistory, type History } from "./history.ts";

const EXTRA = join(import.meta.dirname, "../../../fixtures/opencost-history");
const COUNTERS_FROM = Date.UTC(2026, 10, 20) / 1000;
const WAVE = (2 * Math.PI) / 5400;
const GPUS_A_NODE = 4;

/** Everything that OpenCost reads of the cluster whose answers were recorded: 2,000 pods, three hours. */
export function recordedHistory(): History {
  const kubeStateMetrics = readExposition(RECORDED.kubeStateMetrics);
  const running = runningContainers(kubeStateMetrics);
  const exposed = [
    ...kubeStateMetrics,
    ...readExposition(RECORDED.opencost),
    ...readExposition(join(EXTRA, "kube-state-metrics.txt.gz")),
    ...readExposition(join(EXTRA, "opencost.txt.gz")),
  ];
  const series = [
    ...running.flatMap(containerSeries),
    ...networkSeries(running),
    ...gpuSeries(running, kubeStateMetrics),
    ...exposed.map(({ metric, labels, value }) => ({ metric, labels, value: () => value })),
  ];
  const living = series.flatMap((one): LivingSeries[] => livingSeries(one, RECORDED.from, RECORDED.until));
  return createHistory(living, RECORDED.stepSeconds);
}

function counter(rate: number, phase: number): ClosedForm {
  return (t) => {
    const x = t - COUNTERS_FROM;
    return rate * x + ((rate * 0.6) / WAVE) * (1 - Math.cos(WAVE * x + phase));
  };
}

function networkSeries(running: readonly RunningContainer[]): Series[] {
  const pods = new Map(running.map((of) => [of.uid, of]));
  return [...pods.values()].flatMap(({ uid, namespace, pod }) =>
    ["receive", "transmit"].map((direction) => ({
      metric: `container_network_${direction}_bytes_total`,
      labels: `namespace="${namespace}",pod="${pod}",interface="eth0"`,
      value: counter(500 + 2e5 * seededFraction(uid + direction) ** 4, 1),
    })),
  );
}

/** What a GPU exporter told: the GPUs of a node belong to its containers in the order in which these were made. */
function gpuSeries(running: readonly RunningContainer[], exposed: readonly ExposedSample[]): Series[] {
  const withGpu = new Set(
    exposed
      .filter(({ labels }) => labelOf(labels, "resource") === "nvidia_com_gpu")
      .map(({ labels }) => `${labelOf(labels, "uid")}/${labelOf(labels, "container")}`),
  );
  const taken = new Map<string, number>();
  return running
    .filter(({ uid, container }) => withGpu.has(`${uid}/${container}`))
    .sort((a, b) => creationOrder(a.pod) - creationOrder(b.pod))
    .flatMap((of) => {
      const gpu = taken.get(of.node) ?? 0;
      taken.set(of.node, gpu + 1);
      return gpu < GPUS_A_NODE ? seriesOfGpu(of, gpu) : [];
    });
}

function seriesOfGpu({ namespace, pod, container, node }: RunningContainer, gpu: number): Series[] {
  const hex = seededHex(`${node}${gpu}`);
  const uuid = `GPU-${hex.slice(0, 8)}-0000-0000-0000-${hex.slice(8, 20)}`;
  const busy = 0.1 + 0.85 * seededFraction(uuid);
  const labels = [
    `gpu="${gpu}",UUID="${uuid}",device="nvidia${gpu}",modelName="NVIDIA A10G",Hostname="${node}"`,
    `container="${container}",namespace="${namespace}",pod="${pod}"`,
  ].join(",");
  const active: ClosedForm = (t) => busy * 0.9 + busy * 0.05 * Math.sin(WAVE * (t - COUNTERS_FROM));
  return [
    { metric: "DCGM_FI_PROF_GR_ENGINE_ACTIVE", labels, value: active },
    { metric: "DCGM_FI_DEV_DEC_UTIL", labels, value: () => 0 },
  ];
}

/** Position of a pod `app-014-<hash>-<suffix>`: apps were made by number, their pods by replica. */
function creationOrder(pod: string): number {
  const [, app, replicaSet = "", suffix] = /^app-(\d+)-[0-9a-f]+/.exec(pod)
    ? (/^(?=app-(\d+)-)(.+)-([0-9a-f]{5})$/.exec(pod) ?? [])
    : [];
  for (let replica = 0; replica < 100; replica++) {
    const hash = createHash("md5").update(`${replicaSet}${replica}`).digest("hex");
    if (hash.startsWith(suffix ?? "")) return Number(app) * 100 + replica;
  }
  throw new Error(`"${pod}" is not named like a pod of the recorded cluster`);
}
