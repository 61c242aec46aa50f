/** Points of one series: an hour, a minute apart. */
export const POINTS = 60;

const FIRST_SECOND = 1795341600;

/** Labels of a cAdvisor series, in the order in which Prometheus sends them. */
export const LABEL_NAMES = [
  "__name__",
  "cluster",
  "container",
  "endpoint",
  "id",
  "image",
  "instance",
  "job",
  "metrics_path",
  "namespace",
  "node",
  "pod",
  "service",
] as const;

const METRICS = [
  "container_cpu_usage_seconds_total",
  "container_memory_working_set_bytes",
  "container_memory_rss",
  "container_fs_usage_bytes",
];

/** A 32-bit mix: the same numbers in every run and on every machine. */
function mix(seed: number): number {
  let x = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function hex(seed: number, digits: number): string {
  let text = "";
  for (let part = 0; text.length < digits; part++)
    text += mix(seed * 31 + part * 7919 + 17)
      .toString(16)
      .padStart(8, "0");
  return text.slice(0, digits);
}

/** Labels of series `index`; four metrics belong to one container. */
function labelsOf(index: number): Record<(typeof LABEL_NAMES)[number], string> {
  const container = index >> 2;
  const owner = Math.floor(container / 3);
  const node = mix(container + 99) % 200;
  const uid = hex(container + 3, 32);
  return {
    __name__: METRICS[index & 3] ?? "",
    cluster: "prod",
    container: `app-${mix(container + 5) % 100}`,
    endpoint: "https-metrics",
    id: `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid}.slice/cri-containerd-${hex(container + 13, 64)}.scope`,
    image: `registry.example.test/team/app-${mix(container + 5) % 100}:1.2.${container % 9}`,
    instance: `10.2.${node}.12:10250`,
    job: "kubelet",
    metrics_path: "/metrics/cadvisor",
    namespace: `team-${mix(container) % 50}`,
    node: `ip-10-${node % 7}-${node}-12.eu-west-1.compute.internal`,
    pod: `svc-${owner}-${hex(owner + 5, 10)}-${hex(container + 11, 5)}`,
    service: "kubelet",
  };
}

/** Half of the series have full-entropy values, half have whole numbers: neither compresses like a constant. */
function valueOf(sample: number, isWhole: boolean): string {
  const high = mix(sample);
  if (isWhole) return String((high >>> 12) * 4096);
  return String((high * 2097152 + (mix(sample ^ 0x9e3779b9) >>> 11)) * 2 ** -53 * 4);
}

function seriesOf(index: number): string {
  const points: string[] = [];
  for (let point = 0; point < POINTS; point++) {
    points.push(`[${FIRST_SECOND + point * 60},"${valueOf(index * POINTS + point, (index & 1) === 1)}"]`);
  }
  return `{"metric":${JSON.stringify(labelsOf(index))},"values":[${points.join(",")}]}`;
}

/** The answer of a Prometheus to a range query, in pieces: compact JSON, as Prometheus writes it. */
export function* matrixBody(series: number): Generator<Buffer, void, undefined> {
  const perPiece = 50;
  yield Buffer.from('{"status":"success","data":{"resultType":"matrix","result":[');
  for (let from = 0; from < series; from += perPiece) {
    const texts: string[] = [];
    for (let index = from; index < Math.min(series, from + perPiece); index++) texts.push(seriesOf(index));
    yield Buffer.from((from > 0 ? "," : "") + texts.join(","));
  }
  yield Buffer.from("]}}");
}
