import type { AppPlan, ClusterPlan, ContainerPlan, Life, NodePlan, PodPlan } from "./plan.ts";
import { largerIntegral, type Wave } from "./wave.ts";

/** Dollars by what they are paid for. */
export interface Dollars {
  cpu: number;
  ram: number;
  gpu: number;
  pv: number;
  loadBalancer: number;
}

/** What a row must cost. */
export interface ExpectedRow {
  readonly cost: Dollars;
  /** By how much OpenCost's samples, once a scrape, may miss the integrals of `cpu` and `ram`. */
  readonly tolerance: { cpu: number; ram: number };
}

/** What an hour of a cluster must cost. */
export interface ExpectedHour {
  /** By `namespace/pod/container`; what no pod uses by `namespace/pod/__unmounted__`. */
  readonly rows: ReadonlyMap<string, ExpectedRow>;
  /** What the nodes cost beyond the rows. */
  readonly idle: ExpectedRow;
}

const GIB = 1024 ** 3;
const HOUR = 3600;
const SCRAPE = 60;
// OpenCost adds one of its steps of five minutes to the life of a load balancer.
const LOAD_BALANCER_HOURS = 65 / 60;
// Its `applyLoadBalancersToPods` books one whose service has no pod because it finds no pods, and again because it
// finds no hours of theirs.
const WITHOUT_POD_BOOKED = 2;
const OF_CLUSTER = "__unmounted__/__unmounted__/__unmounted__";

/**
 * What the hour from `start` must cost, worked out from the plan's lives and waves alone: no series, no samples and no
 * code of the stand-in's. Every container costs the larger of what it requests and uses, integrated over its life.
 */
export function expectedHour(plan: ClusterPlan, start: number): ExpectedHour {
  const hour: Life = { from: start, until: start + HOUR };
  const rows = new Map<string, ExpectedRow>();
  const rowOf = (key: string): ExpectedRow => {
    const row = rows.get(key) ?? emptyRow();
    rows.set(key, row);
    return row;
  };
  const alive = plan.pods.filter((pod) => secondsIn(pod, hour) > 0);
  for (const pod of alive) {
    for (const container of pod.containers) addContainer(rowOf(rowKey(pod, container)), pod, container, hour);
  }
  addVolumes(plan, alive, rowOf);
  for (const app of plan.apps) addLoadBalancer(app, alive, hour, rowOf);
  return { rows, idle: idleOf(plan.nodes, [...rows.values()], hour) };
}

/** The sum of what is paid. */
export function totalDollars({ cpu, ram, gpu, pv, loadBalancer }: Dollars): number {
  return cpu + ram + gpu + pv + loadBalancer;
}

function emptyRow(): ExpectedRow {
  return { cost: { cpu: 0, ram: 0, gpu: 0, pv: 0, loadBalancer: 0 }, tolerance: { cpu: 0, ram: 0 } };
}

function rowKey(pod: PodPlan, container: ContainerPlan): string {
  return `${pod.namespace}/${pod.name}/${container.name}`;
}

function secondsIn(life: Life, hour: Life): number {
  return Math.max(0, Math.min(life.until, hour.until) - Math.max(life.from, hour.from));
}

function addContainer(
  { cost, tolerance }: ExpectedRow,
  pod: PodPlan,
  container: ContainerPlan,
  hour: Life,
): void {
  const { cpuRequest, memoryRequest, cpu, memory, gpu } = container;
  const { prices } = pod.node;
  const [a, b] = [Math.max(pod.from, hour.from), Math.min(pod.until, hour.until)];
  cost.cpu += (prices.cpu * largerIntegral(cpuRequest, cpu, a, b)) / HOUR;
  cost.ram += (prices.ram * largerIntegral(memoryRequest, memory, a, b)) / GIB / HOUR;
  cost.gpu += (prices.gpu * (gpu?.allocated ?? 0) * (b - a)) / HOUR;
  tolerance.cpu += prices.cpu * missable(cpuRequest, cpu);
  tolerance.ram += (prices.ram * missable(memoryRequest, memory)) / GIB;
}

// A sum of samples misses an integral by at most a scrape's worth of the swing above the floor, whatever the time.
function missable(floor: number, { base, swing }: Wave): number {
  const above = Math.max(0, Math.min(2 * swing, base + swing - floor));
  return (above * SCRAPE) / HOUR;
}

function addVolumes(plan: ClusterPlan, alive: readonly PodPlan[], rowOf: (key: string) => ExpectedRow): void {
  const byClaim = new Map(alive.flatMap((pod) => (pod.claim === undefined ? [] : [[pod.claim, pod]])));
  for (const { bytes, pricePerGibHour, claim } of plan.volumes) {
    const cost = (bytes / GIB) * pricePerGibHour;
    const pod = claim && byClaim.get(claim.name);
    if (pod) {
      // The pods of a claim follow one another under one name: its containers pay the whole hour.
      for (const container of pod.containers)
        rowOf(rowKey(pod, container)).cost.pv += cost / pod.containers.length;
      continue;
    }
    const row = claim ? `${claim.namespace}/${claim.namespace}-unmounted-pvcs/__unmounted__` : OF_CLUSTER;
    rowOf(row).cost.pv += cost;
  }
}

function addLoadBalancer(
  app: AppPlan,
  alive: readonly PodPlan[],
  hour: Life,
  rowOf: (key: string) => ExpectedRow,
): void {
  if (app.loadBalancerPerHour === undefined) return;
  const behind = alive.filter((pod) => pod.namespace === app.namespace && pod.app === app.name);
  const seconds = behind.reduce((sum, pod) => sum + secondsIn(pod, hour) * pod.containers.length, 0);
  const cost = app.loadBalancerPerHour * LOAD_BALANCER_HOURS;
  if (behind.length === 0) rowOf(OF_CLUSTER).cost.loadBalancer += WITHOUT_POD_BOOKED * cost;
  for (const pod of behind) {
    for (const container of pod.containers)
      rowOf(rowKey(pod, container)).cost.loadBalancer += (cost * secondsIn(pod, hour)) / seconds;
  }
}

function idleOf(nodes: readonly NodePlan[], rows: readonly ExpectedRow[], hour: Life): ExpectedRow {
  const idle = emptyRow();
  for (const node of nodes) {
    const hours = secondsIn(node, hour) / HOUR;
    idle.cost.cpu += node.prices.cpu * node.cores * hours;
    idle.cost.ram += (node.prices.ram * node.memoryBytes * hours) / GIB;
    idle.cost.gpu += node.prices.gpu * node.gpus * hours;
  }
  for (const { cost, tolerance } of rows) {
    for (const kind of ["cpu", "ram", "gpu"] as const) idle.cost[kind] -= cost[kind];
    for (const kind of ["cpu", "ram"] as const) idle.tolerance[kind] += tolerance[kind];
  }
  return idle;
}
