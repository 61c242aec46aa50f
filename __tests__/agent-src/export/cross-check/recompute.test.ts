import { describe, expect, test } from "@jest/globals";
import { joinAnswers } from "../../../../agent-src/export/cross-check/read-cluster-hour.ts";
import {
  recompute,
  type Recomputed,
  type UsageSource,
} from "../../../../agent-src/export/cross-check/recompute.ts";
import { sample } from "../../../fakes/fake-instant-source.ts";
import { TEN } from "../../../fakes/hours.ts";
import { addClaim, addContainer, addNode, type SmallCluster } from "./small-cluster.ts";

function costsOf(cluster: SmallCluster, usage: UsageSource = "cadvisor"): Recomputed {
  return recompute(
    joinAnswers((name) => cluster[name] ?? [], TEN),
    usage,
  );
}

/** Costs of a container of the namespace "web". */
function rowOf(cluster: SmallCluster, key: string, usage?: UsageSource): Record<string, number> {
  const row = costsOf(cluster, usage).rows.get(`web/${key}`);
  if (!row) throw new Error(`no row "web/${key}"`);
  const { cpu, memory, gpu, volumes } = row;
  return { cpu, memory, gpu, volumes };
}

const close = (value: number): unknown => expect.closeTo(value, 12);

describe("one node of 4 cores and 16 GiB, two pods", () => {
  const cluster: SmallCluster = {};
  addNode(cluster, "n1");
  addContainer(cluster, { pod: "a", cpu: { requested: 1 }, memory: { requested: 2 } });
  const busy = { cpu: { requested: 0.5, larger: 2 }, memory: { requested: 1 } };
  addContainer(cluster, { pod: "b", from: 0, until: 30, ...busy });

  test("a pod that uses less than it requests pays its request for the hour", () => {
    // 1 core x 1 h x 0.03; 2 GiB x 1 h x 0.004
    expect(rowOf(cluster, "a/app")).toEqual({ cpu: close(0.03), memory: close(0.008), gpu: 0, volumes: 0 });
  });

  test("a pod of half an hour that uses more than it requests pays its usage for that time", () => {
    // 2 cores x 0.5 h x 0.03; 1 GiB x 0.5 h x 0.004
    expect(rowOf(cluster, "b/app")).toEqual({ cpu: close(0.03), memory: close(0.002), gpu: 0, volumes: 0 });
  });

  test("idle is what the node costs beyond both", () => {
    // (4 x 0.03 - 0.06) + (16 x 0.004 - 0.01)
    expect(costsOf(cluster).idle).toEqual(close(0.114));
  });
});

describe("what a container is allocated", () => {
  test("without a request, what it uses", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "a", cpu: { larger: 0.2 }, memory: { larger: 0.5 } });
    expect(rowOf(cluster, "a/app")).toMatchObject({ cpu: close(0.006), memory: close(0.002) });
  });

  test("by OpenCost's exporter where it measured, by cAdvisor where it did not", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "a", cpu: { requested: 1, larger: 3, measured: 2 } });
    addContainer(cluster, { pod: "b", cpu: { requested: 1, larger: 3 } });
    expect(rowOf(cluster, "a/app", "exporter").cpu).toEqual(close(0.06));
    expect(rowOf(cluster, "b/app", "exporter").cpu).toEqual(close(0.09));
    expect(rowOf(cluster, "a/app", "cadvisor").cpu).toEqual(close(0.09));
  });

  test("never less than the request, whoever measured", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "a", cpu: { requested: 1, larger: 0.1, measured: 0.2 } });
    expect(rowOf(cluster, "a/app", "exporter").cpu).toEqual(close(0.03));
    expect(rowOf(cluster, "a/app", "cadvisor").cpu).toEqual(close(0.03));
  });

  test("nothing of a value that is no number", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "a", cpu: { requested: 1, larger: Number.NaN } });
    expect(rowOf(cluster, "a/app").cpu).toEqual(close(0.03));
  });
});

describe("how long a pod is there", () => {
  test.each([
    // Seen at one of the instants, five minutes apart, it gets half of that on each side.
    ["at 10:20 only", 20, 20, 5],
    ["at 10:00 only, of which the half before belongs to another hour", 0, 0, 2.5],
    ["at 11:00 only", 60, 60, 2.5],
    ["from 10:50 to the end", 50, 60, 10],
  ])("seen %s", (_, from, until, minutes) => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "a", from, until, cpu: { requested: 1 } });
    expect(rowOf(cluster, "a/app").cpu).toEqual(close((0.03 * minutes) / 60));
  });

  test("a container of a pod that did not run in the hour has no row", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "a", cpu: { requested: 1 } });
    (cluster.cpuLarger ??= []).push(sample({ namespace: "web", pod: "gone", container: "app" }, 1));
    expect([...costsOf(cluster).rows.keys()]).toEqual(["web/a/app"]);
  });
});

describe("prices", () => {
  test("a node that is both spot and has GPUs is priced 0 by OpenCost, so its pods cost nothing", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1", { cpu: 0, memory: 0, gpu: 0, gpus: 4 });
    addContainer(cluster, { pod: "a", cpu: { requested: 2 }, memory: { requested: 8 }, gpus: 1 });
    expect(rowOf(cluster, "a/app")).toEqual({ cpu: 0, memory: 0, gpu: 0, volumes: 0 });
    expect(costsOf(cluster).idle).toBe(0);
  });

  test("a GPU costs its node's price, and idle GPUs are idle cost", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1", { cpu: 0, memory: 0, gpu: 0.95, gpus: 4 });
    addContainer(cluster, { pod: "a", gpus: 1 });
    expect(rowOf(cluster, "a/app").gpu).toEqual(close(0.95));
    expect(costsOf(cluster).idle).toEqual(close(3 * 0.95));
  });

  test("a slice of a shared GPU costs what OpenCost's exporter counts", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1", { cpu: 0, memory: 0, gpu: 0.8, gpus: 1 });
    addContainer(cluster, { pod: "a", cpu: { requested: 1 } });
    const labels = { namespace: "web", pod: "a", container: "app" };
    cluster.gpuMeasured = [sample(labels, 0.25)];
    for (const usage of ["exporter", "cadvisor"] as const)
      expect(rowOf(cluster, "a/app", usage).gpu).toEqual(close(0.2));
  });

  test("each pod pays its own node's price, and nothing on a node without one", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addNode(cluster, "n2", { cpu: 0.01 });
    addContainer(cluster, { pod: "a", cpu: { requested: 1 } });
    addContainer(cluster, { pod: "b", node: "n2", cpu: { requested: 1 } });
    addContainer(cluster, { pod: "c", node: "n3", cpu: { requested: 1 } });
    const cpu = ["a", "b", "c"].map((pod) => rowOf(cluster, `${pod}/app`).cpu);
    expect(cpu).toEqual([close(0.03), close(0.01), 0]);
  });

  test("idle cost of a resource is at least 0, also when pods use more than the node has", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1", { memory: 0 });
    addContainer(cluster, { pod: "a", cpu: { larger: 5 } });
    expect(costsOf(cluster).idle).toBe(0);
  });

  test("idle cost is unknown where a node's capacity is", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    cluster.memoryCapacity = [];
    expect(costsOf(cluster).idle).toBeUndefined();
    expect(costsOf({}).idle).toBeUndefined();
  });
});

describe("volumes", () => {
  test("a claim costs its bytes for the pod's hours, in equal parts to the pod's containers", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "db", container: "postgres", until: 30, cpu: { requested: 1 } });
    addContainer(cluster, { pod: "db", container: "exporter", until: 30, cpu: { requested: 0.1 } });
    addClaim(cluster, "data", { gib: 100, price: 0.0001, pods: ["db"] });
    // 100 GiB x 0.5 h x 0.0001 = 0.005
    expect(rowOf(cluster, "db/postgres").volumes).toEqual(close(0.0025));
    expect(rowOf(cluster, "db/exporter").volumes).toEqual(close(0.0025));
  });

  test("pods that share a claim share its cost, and pods that do not run pay nothing", () => {
    const cluster: SmallCluster = {};
    addNode(cluster, "n1");
    addContainer(cluster, { pod: "a", cpu: { requested: 1 } });
    addContainer(cluster, { pod: "b", cpu: { requested: 1 } });
    addClaim(cluster, "shared", { gib: 100, price: 0.0001, pods: ["a", "b", "gone"] });
    addClaim(cluster, "unused", { gib: 100, price: 0.0001 });
    const volumes = ["a", "b"].map((pod) => rowOf(cluster, `${pod}/app`).volumes);
    expect(volumes).toEqual([close(0.005), close(0.005)]);
  });
});
