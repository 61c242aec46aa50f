import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";
import { gpuSeries } from "../../e2e/ground/generator/gpu-series.ts";
import { gpuDevices } from "../../e2e/ground/gpu/devices.ts";
import { gpuPage } from "../../e2e/ground/gpu/page.ts";
import { labelKey } from "../../e2e/ground/population/label-set.ts";
import { samplesAt } from "../../e2e/ground/population/compare.ts";
import { parseSamples, type Sample } from "../../e2e/ground/population/samples.ts";
import { takeSnapshot } from "../../e2e/ground/population/snapshot.ts";

const RECORDED = readFileSync(
  join(import.meta.dirname, "../../fixtures/exposition/dcgm-simulated.txt"),
  "utf8",
);
const plan = generateCluster({ seed: "1", pods: 200, hours: 3 });
const snapshot = takeSnapshot(plan);
const page = gpuPage(gpuDevices(snapshot), snapshot.at, plan.from);
const samples = parseSamples(page);

function namesOf(some: readonly Sample[]): string[] {
  return [...new Set(some.map(({ metric }) => metric))].sort();
}

function valueOf(metric: string, labels: Sample["labels"], from = samples): number | undefined {
  const key = labelKey(labels, []);
  return from.find((sample) => sample.metric === metric && labelKey(sample.labels, []) === key)?.value;
}

describe("the GPU metrics", () => {
  test("have the names of the recorded page, and its labels with the bus id that newer exporters add", () => {
    expect(namesOf(samples)).toEqual(namesOf(parseSamples(RECORDED)));
    const [recorded] = parseSamples(RECORDED);
    const whole = samples.find(({ labels }) => labels["pod"]?.startsWith("train-whole"));
    const { pci_bus_id: bus, ...others } = whole?.labels ?? {};
    expect(Object.keys(others)).toEqual(Object.keys(recorded?.labels ?? {}));
    expect(bus).toMatch(/^00000000:[0-9A-F]{2}:00\.0$/);
  });

  test("are whole families, each with one HELP and one TYPE", () => {
    const families = page.split("\n").filter((line) => line.startsWith("# TYPE "));
    expect(families).toHaveLength(namesOf(samples).length);
    expect(page.match(/^# HELP /gm)).toHaveLength(families.length);
    expect(families.filter((line) => line.endsWith(" counter")).map((line) => line.split(" ")[2])).toEqual([
      "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
      "DCGM_FI_DEV_PCIE_REPLAY_COUNTER",
      "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL",
    ]);
  });

  test("say of every workload what the generated history says at that instant", () => {
    const told = new Map(
      samples.map(({ metric, labels, value }) => [`${metric}{${labelKey(labels, [])}}`, value]),
    );
    const history = samplesAt(gpuSeries(plan), snapshot.at);
    expect(history).toHaveLength(samples.length);
    expect(history.length).toBeGreaterThan(20);
    for (const { metric, labels, value } of history)
      expect(told.get(`${metric}{${labelKey(labels, ["job", "instance"])}}`)).toBe(value);
  });

  test("tell idle GPUs without a workload, and MIG instances with profile and id but no utilization", () => {
    const idle = samples.filter(({ labels }) => labels["pod"] === undefined);
    expect(idle.length).toBeGreaterThan(0);
    expect(new Set(idle.map(({ metric }) => metric)).size).toBe(namesOf(samples).length);
    const mig = samples.filter(({ labels }) => labels["GPU_I_ID"] !== undefined);
    expect(mig.every(({ labels }) => labels["GPU_I_PROFILE"] === "1g.5gb")).toBe(true);
    expect(namesOf(mig)).toContain("DCGM_FI_PROF_GR_ENGINE_ACTIVE");
    expect(namesOf(mig)).not.toContain("DCGM_FI_DEV_GPU_UTIL");
  });

  test("energy grows by what the power says", () => {
    const later = parseSamples(gpuPage(gpuDevices(snapshot), snapshot.at + 1, plan.from));
    const busy = samples.find(({ metric, labels }) => metric === "DCGM_FI_DEV_POWER_USAGE" && labels["pod"]);
    if (!busy) throw new Error("no GPU is busy");
    const energy = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION";
    const millijoules = (valueOf(energy, busy.labels, later) ?? 0) - (valueOf(energy, busy.labels) ?? 0);
    expect(Math.abs(millijoules / 1000 - busy.value)).toBeLessThan(0.1);
  });
});
