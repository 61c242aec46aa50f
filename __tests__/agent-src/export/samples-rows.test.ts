import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SampleSeries } from "../../../agent-src/adapters/prometheus/sample.ts";
import { TransientError, UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import type { HourSummary } from "../../../agent-src/export/hour-source.ts";
import { createLabelFilter } from "../../../agent-src/export/labels/label-filter.ts";
import { DEFAULT_LABEL_SETTINGS } from "../../../agent-src/export/labels/label-settings.ts";
import { openSamples, type SamplesDeps } from "../../../agent-src/export/samples-rows.ts";
import type { SeriesRows } from "../../../agent-src/export/series-rows.ts";
import { SAMPLE_QUERIES } from "../../../contract/datasets/samples.ts";
import { sample } from "../../fakes/fake-instant-source.ts";
import { createSamplesSource, seriesOf, type FakeSamplesSource } from "../../fakes/fake-samples-source.ts";
import { CLUSTER_ARN, TEN } from "../../fakes/hours.ts";

const MEMORY = "container_memory_working_set_bytes";
const REQUESTS = "kube_pod_container_resource_requests";
const UID = "11111111-1111-4111-8111-111111111111";
const OTHER_UID = "22222222-2222-4222-8222-222222222222";

function labelsOf(namespace: string, pod: string, more: Readonly<Record<string, string>> = {}) {
  return { __name__: MEMORY, container: "app", namespace, pod, ...more };
}

interface Read {
  readonly series: SeriesRows[];
  readonly summary: HourSummary;
}

async function read(prometheus: FakeSamplesSource, more: Partial<SamplesDeps> = {}): Promise<Read> {
  const answer = openSamples({
    prometheus,
    versions: async () => ({ prometheus: "2.42.0" }),
    jobs: { kubeStateMetricsJob: "kube-state-metrics" },
    clusterArn: CLUSTER_ARN,
    ...more,
  })(TEN, new AbortController().signal);
  const series: SeriesRows[] = [];
  for await (const rows of answer.rows) series.push(rows);
  return { series, summary: answer.summary() };
}

/** The only series' rows of a source that has these. */
async function readOne(series: SampleSeries, metric = MEMORY): Promise<SeriesRows> {
  const source = createSamplesSource({
    [MEMORY]: [metric === MEMORY ? series : seriesOf(labelsOf("zzz", "presence"), [[TEN, 1]])],
    [metric]: [series],
  });
  source.set("pod_info", [sample({ namespace: "web", pod: "shop-0", uid: UID, node: "n1" })]);
  const found = (await read(source)).series.filter(({ shared }) => shared["metric"] === metric);
  expect(found).toHaveLength(1);
  return found[0] as SeriesRows;
}

function times(rows: SeriesRows): number[] {
  return [...(rows.varying["timestamp"] ?? [])];
}

function values(rows: SeriesRows): number[] {
  return [...(rows.varying["value"] ?? [])];
}

describe("the rows of a series", () => {
  test("are its samples, with what it is about said once", async () => {
    const cgroup = `/kubepods/burstable/pod${UID}/abc`;
    const labels = labelsOf("web", "shop-0", { id: cgroup, instance: "10.0.0.1:10250", job: "cadvisor" });
    const rows = await readOne(
      seriesOf(labels, [
        [TEN + 1.5, 100],
        [TEN + 61.5, 200],
      ]),
    );
    expect(rows.count).toBe(2);
    expect(rows.shared).toEqual({
      hour_start: TEN * 1000,
      cluster_arn: CLUSTER_ARN,
      metric: MEMORY,
      namespace: "web",
      pod: "shop-0",
      pod_uid: UID,
      container: "app",
      node: "n1",
      resource: null,
      gpu_uuid: null,
      labels: JSON.stringify({ id: cgroup, instance: "10.0.0.1:10250", job: "cadvisor" }),
    });
    expect(times(rows)).toEqual([TEN * 1000 + 1500, TEN * 1000 + 61_500]);
    expect(values(rows)).toEqual([100, 200]);
  });

  test("begin with the hour's first instant and end before the next one's, whatever range the server answers", async () => {
    const rows = await readOne(
      seriesOf(labelsOf("web", "shop-0"), [
        [TEN - 0.001, 1],
        [TEN, 2],
        [TEN + 3599.999, 3],
        [TEN + 3600, 4],
      ]),
    );
    expect(values(rows)).toEqual([2, 3]);
  });

  test("keep NaN and the infinities as values", async () => {
    const rows = await readOne(
      seriesOf(labelsOf("web", "shop-0"), [
        [TEN, NaN],
        [TEN + 60, Infinity],
        [TEN + 120, -Infinity],
      ]),
    );
    expect(values(rows)).toEqual([NaN, Infinity, -Infinity]);
  });

  test("take the labels that a scrape has renamed, and leave its target's where they were", async () => {
    const target = { namespace: "monitoring", pod: "dcgm-exporter-x", container: "exporter" };
    const own = { exported_namespace: "ml", exported_pod: "train-0", exported_container: "cuda" };
    const rows = await readOne(
      seriesOf({ ...target, ...own, UUID: "GPU-1", Hostname: "gpu-node" }, [[TEN, 1]]),
      "DCGM_FI_DEV_GPU_UTIL",
    );
    expect(rows.shared).toMatchObject({ namespace: "ml", pod: "train-0", container: "cuda" });
    expect(rows.shared).toMatchObject({ gpu_uuid: "GPU-1", node: "gpu-node" });
    expect(JSON.parse(String(rows.shared["labels"]))).toEqual({ ...target, Hostname: "gpu-node" });
  });

  test("name no workload of an idle GPU, but its exporter's node; of the exporter itself they name its own pod", async () => {
    const exporter = { namespace: "web", pod: "shop-0", container: "nvidia-dcgm-exporter" };
    const idle = seriesOf({ ...exporter, UUID: "GPU-1", Hostname: "shop-0" }, [[TEN, 0]]);
    const rows = await readOne(idle, "DCGM_FI_DEV_GPU_UTIL");
    expect(rows.shared).toMatchObject({ namespace: null, pod: null, container: null, pod_uid: null });
    expect(rows.shared).toMatchObject({ gpu_uuid: "GPU-1", node: "n1" });
    expect(JSON.parse(String(rows.shared["labels"]))).toEqual({ ...exporter, Hostname: "shop-0" });
    const own = await readOne(seriesOf({ __name__: MEMORY, ...exporter }, [[TEN, 1]]));
    expect(own.shared).toMatchObject({ ...exporter, pod_uid: UID });
  });

  test("name the pod's UID by label, by cgroup or by the only pod of that name, else not", async () => {
    const uidOf = async (more: Readonly<Record<string, string>>, pod = "shop-0"): Promise<unknown> =>
      (await readOne(seriesOf(labelsOf("web", pod, more), [[TEN, 1]]))).shared["pod_uid"];
    expect(await uidOf({ uid: OTHER_UID })).toBe(OTHER_UID);
    expect(await uidOf({ id: `/kubepods/pod${OTHER_UID}/abc` })).toBe(OTHER_UID);
    expect(await uidOf({})).toBe(UID);
    expect(await uidOf({}, "unknown-0")).toBeNull();
  });

  test("say of a request which resource it is of", async () => {
    const labels = { namespace: "web", pod: "shop-0", container: "app", resource: "cpu", unit: "core" };
    const rows = await readOne(seriesOf(labels, [[TEN, 0.5]]), REQUESTS);
    expect(rows.shared).toMatchObject({ resource: "cpu", labels: '{"unit":"core"}' });
  });

  test("leave out a second sample of the same instant, and the summary says how many", async () => {
    const points = [
      [TEN, 1],
      [TEN, 2],
      [TEN + 60, 3],
    ] as const;
    const source = createSamplesSource({ [MEMORY]: [seriesOf(labelsOf("web", "shop-0"), points)] });
    const { series, summary } = await read(source);
    expect(series.map(values)).toEqual([[1, 3]]);
    expect(summary.warnings).toContain(
      "1 samples were left out because another of their series has the same time: two scrapers write the same series without deduplication",
    );
  });

  test("are refused when they go back in time", async () => {
    const points = [
      [TEN + 60, 1],
      [TEN, 2],
    ] as const;
    const source = createSamplesSource({ [MEMORY]: [seriesOf(labelsOf("web", "shop-0"), points)] });
    await expect(read(source)).rejects.toThrow(
      new UntrustedAnswerError(
        `A series of "${MEMORY}" goes from 2026-11-22T10:01:00.000Z back to 2026-11-22T10:00:00.000Z; Prometheus answers samples in the order of time`,
      ),
    );
  });
});

describe("the series of an hour", () => {
  test("come in the same order in whatever order the server has them", async () => {
    const known = ["a", "b", "c", "d"].flatMap((namespace) =>
      ["x-1", "x-0"].map((pod) => seriesOf(labelsOf(namespace, pod, { id: `/${pod}` }), [[TEN, 1]])),
    );
    const ordered = (await read(createSamplesSource({ [MEMORY]: known }))).series;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(known, { minLength: known.length }), async (shuffled) => {
        expect((await read(createSamplesSource({ [MEMORY]: shuffled }))).series).toEqual(ordered);
      }),
      { numRuns: 20 },
    );
  });

  test("put the parts of a series that was answered in parts one behind the other", async () => {
    const labels = labelsOf("web", "shop-0");
    const source = createSamplesSource({
      [MEMORY]: [seriesOf(labels, [[TEN + 1800, 2]]), seriesOf(labels, [[TEN, 1]])],
    });
    expect((await read(source)).series.map(values)).toEqual([[1], [2]]);
  });

  test("are asked for metric by metric, just before the hour's end", async () => {
    const source = createSamplesSource({ [MEMORY]: [seriesOf(labelsOf("web", "shop-0"), [[TEN, 1]])] });
    const { summary } = await read(source);
    expect(source.asked.map(({ id }) => id)).toEqual(["pod_info", ...SAMPLE_QUERIES.map(({ id }) => id)]);
    expect(source.asked[1]?.promql).toBe(`${MEMORY}{container!="", container!="POD"}[1h]`);
    expect(new Set(source.asked.map(({ time }) => time))).toEqual(new Set([TEN + 3599.999]));
    expect(summary.queries).toEqual({ expected: source.asked.length, answered: source.asked.length });
    expect(summary.sources).toEqual({ prometheus: "2.42.0" });
  });

  test("are asked for by groups of namespaces where there are many pods, and are the same", async () => {
    const pods = ["a", "b", "c", "d"].flatMap((namespace) => [0, 1, 2].map((at) => [namespace, `x-${at}`]));
    const source = createSamplesSource({
      [MEMORY]: [...pods, ["unknown", "x-0"]].map(([namespace = "", pod = ""]) =>
        seriesOf(labelsOf(namespace, pod), [[TEN, 1]]),
      ),
    });
    source.set(
      "pod_info",
      pods.map(([namespace = "", pod = ""]) => sample({ namespace, pod, uid: `${namespace}/${pod}` })),
    );
    const whole = await read(source);
    const before = source.asked.length;
    const grouped = await read(source, { podsAtOnce: 7 });
    const matchers = source.asked
      .slice(before)
      .filter(({ id }) => id === MEMORY)
      .map(({ promql }) => /namespace[^"]*"[^"]*"/.exec(promql)?.[0]);
    expect(matchers).toEqual(['namespace=~"a|b"', 'namespace=~"c|d"', 'namespace!~"a|b|c|d"']);
    expect(grouped.series).toEqual(whole.series);
    expect(grouped.summary.queries.answered).toBe(grouped.summary.queries.expected);
    expect(grouped.summary.warnings).toEqual(whole.summary.warnings);
    const gpu = source.asked.slice(before).filter(({ id }) => id === "DCGM_FI_DEV_GPU_UTIL");
    expect(gpu.map(({ promql }) => promql)).toEqual(["DCGM_FI_DEV_GPU_UTIL[1h]"]);
  });
});

describe("series that only labels tell apart which are not exported", () => {
  const filter = createLabelFilter({ ...DEFAULT_LABEL_SETTINGS, deny: ["team"], hashKey: "key" });
  const of = (team: string, ...points: [number, number][]) =>
    seriesOf(labelsOf("web", "shop-0", team === "" ? {} : { team }), points);
  const all = [
    of("red", [TEN, 3]),
    of("blue", [TEN, 2], [TEN + 60, 2]),
    of("", [TEN + 60, 1]),
    of("red", [TEN + 60, 4]),
  ];

  test("are numbered, in whatever order the server has them: no sample is lost, no key is there twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (series) => {
        const found = await read(createSamplesSource({ [MEMORY]: series }), { labels: filter });
        expect(found.series.map((one) => [one.shared["labels"], ...values(one)])).toEqual([
          ['{"__series__":"2"}', 2, 2],
          ['{"__series__":"3"}', 3],
          ['{"__series__":"3"}', 4],
          ["{}", 1],
        ]);
        expect(found.summary.warnings).toContain(
          '2 series differ from others only in labels that are not exported: they are numbered as "__series__" in labels, by the hour, not over hours',
        );
      }),
      { numRuns: 20 },
    );
  });

  test("are as they are where nothing was taken", async () => {
    const { series, summary } = await read(createSamplesSource({ [MEMORY]: all }));
    expect(series.map(({ shared }) => shared["labels"])).toEqual([
      '{"team":"blue"}',
      '{"team":"red"}',
      '{"team":"red"}',
      "{}",
    ]);
    expect(summary.warnings.join()).not.toContain("numbered");
  });
});

describe("an hour", () => {
  test("in which no container was seen is refused", async () => {
    const source = createSamplesSource({
      container_memory_rss: [seriesOf(labelsOf("web", "shop-0"), [[TEN, 1]])],
    });
    await expect(read(source)).rejects.toThrow(UntrustedAnswerError);
    await expect(read(source)).rejects.toThrow(
      /^Prometheus has no series "container_memory_working_set_bytes" of containers with any job in the hour 2026-11-22T10:00:00Z; let Prometheus scrape/,
    );
  });

  test("whose series all lie outside of it is refused, too", async () => {
    const source = createSamplesSource({ [MEMORY]: [seriesOf(labelsOf("web", "shop-0"), [[TEN - 1, 1]])] });
    await expect(read(source)).rejects.toThrow(UntrustedAnswerError);
  });

  test("without a metric says so, unless a healthy cluster may lack it", async () => {
    const source = createSamplesSource({ [MEMORY]: [seriesOf(labelsOf("web", "shop-0"), [[TEN, 1]])] });
    const { warnings } = (await read(source)).summary;
    expect(warnings).toContain('"container_memory_rss" has no series in the hour: it has no rows');
    expect(warnings).toContain(
      '"kube_pod_info" has no series in the hour: node is null, and pod_uid where no label has it',
    );
    expect(warnings.join()).not.toMatch(/DCGM|cpu_quota|throttled|resource_limits/);
  });

  test.each(["pod_info", MEMORY, "container_memory_cache"])("fails when %s cannot be read", async (id) => {
    const source = createSamplesSource({ [MEMORY]: [seriesOf(labelsOf("web", "shop-0"), [[TEN, 1]])] });
    source.fail(id, new TransientError("connection reset"));
    await expect(read(source)).rejects.toThrow("connection reset");
  });
});
