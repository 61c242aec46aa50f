import { describe, expect, test } from "@jest/globals";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";
import { nodeObject } from "../../e2e/ground/population/node-objects.ts";
import { podObject } from "../../e2e/ground/population/pod-objects.ts";
import { populatedInstant, takeSnapshot } from "../../e2e/ground/population/snapshot.ts";
import { volumeObjects } from "../../e2e/ground/population/volume-objects.ts";
import { workloadObjects } from "../../e2e/ground/population/workload-objects.ts";

const plan = generateCluster({ seed: "1", pods: 200, hours: 3 });
const snapshot = takeSnapshot(plan);

interface Selecting {
  readonly replicas?: number;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } };
}

function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

describe("a snapshot of a generated cluster", () => {
  test("has one of everything: a Job's pod, a daemon set's, a stateful set's, GPUs of all kinds", () => {
    const kinds = new Set(snapshot.pods.map(({ owner }) => owner.kind));
    expect([...kinds].sort()).toEqual(["DaemonSet", "Job", "ReplicaSet", "StatefulSet"]);
    const gpus = new Set(
      snapshot.pods.flatMap(({ containers }) => containers.flatMap(({ gpu }) => gpu?.resource ?? [])),
    );
    expect([...gpus].sort()).toEqual(["nvidia.com/gpu", "nvidia.com/gpu.shared", "nvidia.com/mig-1g.5gb"]);
  });

  test("has no two pods of one name, although the plan has, and each pod's node", () => {
    const names = snapshot.pods.map(({ namespace, name }) => `${namespace}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    const nodes = new Set(snapshot.nodes.map(({ name }) => name));
    expect(snapshot.pods.filter(({ node }) => !nodes.has(node.name))).toEqual([]);
  });

  test("cannot be taken outside the plan's time", () => {
    expect(() => takeSnapshot(plan, plan.until)).toThrow(`not at "${plan.until}"`);
    expect(takeSnapshot(plan, populatedInstant(plan))).toEqual(snapshot);
  });
});

describe("its objects", () => {
  test("a pod asks for what is planned, in Kubernetes' quantities, and for nothing where nothing is asked", () => {
    const shared = snapshot.pods.find(({ app }) => app === "train-time-sliced");
    const none = snapshot.pods.find(({ containers }) => containers[0]?.memoryRequest === 0);
    if (!shared || !none) throw new Error("the plan has neither");
    expect(podObject(shared, "mark").spec).toMatchObject({
      nodeName: shared.node.name,
      containers: [
        {
          resources: {
            requests: { cpu: "2000m", memory: "8589934592", "nvidia.com/gpu.shared": "1" },
            limits: { "nvidia.com/gpu.shared": "1" },
          },
        },
      ],
    });
    const { containers } = podObject(none, "mark").spec as { containers: readonly [{ resources: object }] };
    expect(containers[0].resources).toEqual({ requests: {}, limits: {} });
  });

  test("labels keep their dots and slashes, and nodes are for the simulator only", () => {
    const node = snapshot.nodes.find(({ gpuSharing }) => gpuSharing === "mig");
    if (!node) throw new Error("the plan has no such node");
    const { metadata, spec, status } = nodeObject(node, "mark");
    expect(metadata.labels).toMatchObject({ ...node.labels, "ground.example.com/population": "mark" });
    expect(metadata.annotations).toMatchObject({ "kwok.x-k8s.io/node": "fake" });
    expect(spec).toMatchObject({ taints: [{ effect: "NoSchedule" }] });
    expect(status).toMatchObject({ capacity: { "nvidia.com/mig-1g.5gb": "28" } });
  });

  test("a claim and its volume name one another, and an orphan names nobody", () => {
    const objects = snapshot.volumes.map((volume) => volumeObjects(volume, "mark"));
    for (const [volume, claim] of objects.filter(({ length }) => length === 2)) {
      const { namespace, name } = claim?.metadata ?? { name: "" };
      expect(claim?.spec).toMatchObject({ volumeName: volume?.metadata.name });
      expect(volume?.spec).toMatchObject({ claimRef: { namespace, name } });
    }
    const orphans = objects.filter(({ length }) => length === 1).flat();
    expect(orphans.map(({ metadata }) => metadata.name)).toEqual(["orphan-0", "orphan-1"]);
    for (const { spec } of orphans) expect(spec).not.toHaveProperty("claimRef");
  });

  test("each workload selects its own pods, as many as it wants, and none of another", () => {
    const pods = snapshot.pods.map((pod) => ({ pod, labels: podObject(pod, "mark").metadata.labels ?? {} }));
    const owners = workloadObjects(snapshot).filter(({ kind }) => kind !== "Deployment");
    for (const { kind, metadata, spec } of owners) {
      const { replicas = 1, selector, template } = spec as Selecting;
      expect(matches(selector.matchLabels, template.metadata.labels)).toBe(true);
      const selected = pods.filter(
        ({ pod, labels }) => pod.namespace === metadata.namespace && matches(selector.matchLabels, labels),
      );
      const owned = new Set(selected.map(({ pod }) => `${pod.owner.kind}/${pod.owner.name}`));
      expect([...owned]).toEqual([`${kind}/${metadata.name}`]);
      if (kind !== "DaemonSet") expect(selected).toHaveLength(replicas);
    }
    expect(owners.length).toBeGreaterThan(50);
  });

  test("a deployment has its replica set's template but for the hash, so it takes that one for its own", () => {
    const owners = workloadObjects(snapshot);
    const sets = owners.filter(({ kind }) => kind === "ReplicaSet");
    const deployments = new Map(
      owners.flatMap((one) => (one.kind === "Deployment" ? [[one.metadata.name, one]] : [])),
    );
    expect(deployments.size).toBe(sets.length);
    for (const set of sets) {
      const { template, selector } = set.spec as Selecting;
      const { "pod-template-hash": _hash, ...labels } = template.metadata.labels;
      const deployment = deployments.get(selector.matchLabels["app"] ?? "");
      const metadata = { ...template.metadata, labels };
      expect((deployment?.spec as Selecting).template).toEqual({ ...template, metadata });
      expect(matches((deployment?.spec as Selecting).selector.matchLabels, set.metadata.labels ?? {})).toBe(
        true,
      );
    }
  });
});
