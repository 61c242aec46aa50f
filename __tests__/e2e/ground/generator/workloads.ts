import { planContainer, type Ask } from "./containers.ts";
import type { AppPlan, ContainerPlan, PodPlan } from "./plan.ts";
import { appLabels, planReplica, type Planned, type Planning } from "./slots.ts";

const APP_NAMESPACES = ["payments", "search", "ml", "data", "web", "ops"] as const;
const SIZES = [
  { cpu: 0.1, memoryMib: 128, cpuLimit: 0.2 },
  { cpu: 0.25, memoryMib: 256 },
  { cpu: 0.05, memoryMib: 512, cpuLimit: 0.1 },
  { cpu: 1, memoryMib: 1024 },
  { cpu: 0, memoryMib: 0 },
] as const;

/** A daemon set: a pod of two containers on every node, for as long as the node is there. */
export function planDaemons({ nodes, chance }: Planning): Planned {
  const app: AppPlan = { namespace: "kube-system", name: "node-agent", controller: "daemonset" };
  const asks: Ask[] = [
    { name: "agent", cpu: 0.025, memoryMib: 64 },
    { name: "log-router", cpu: 0.025, memoryMib: 32 },
  ];
  const pods = nodes.map((node): PodPlan => {
    const about = `${app.name}/${node.name}`;
    return {
      from: node.from,
      until: node.until,
      node,
      namespace: app.namespace,
      name: `${app.name}-${chance.hex(`${about}/name`, 8)}`,
      uid: chance.uid(about),
      app: app.name,
      owner: { kind: "DaemonSet", name: app.name },
      labels: appLabels(app.name, chance),
      containers: asks.map((ask) => planContainer(ask, about, chance)),
    };
  });
  return { apps: [app], pods };
}

/**
 * A stateful set with a claim for each pod. Some pods are replaced by one of the same name and another uid, the first
 * always is, and in the second a container is restarted, so that the smallest cluster has both.
 */
export function planStateful(count: number, { life, chance, placement }: Planning): Planned {
  const app: AppPlan = { namespace: "data", name: "db", controller: "statefulset" };
  const asks: Ask[] = [
    { name: "postgres", cpu: 0.5, memoryMib: 1024, modest: true },
    { name: "exporter", cpu: 0.01, memoryMib: 32, modest: true },
  ];
  const pods = Array.from({ length: count }, (_, index): PodPlan[] => {
    const name = `db-${index}`;
    const containers = asks.map((ask) => planContainer(ask, name, chance));
    const pod: PodPlan = {
      ...life,
      node: placement.place(containers, "staying"),
      namespace: app.namespace,
      name,
      uid: chance.uid(name),
      app: app.name,
      owner: { kind: "StatefulSet", name: app.name },
      labels: { ...appLabels(app.name, chance), "statefulset.kubernetes.io/pod-name": name },
      containers,
      claim: `data-${name}`,
    };
    const at = chance.edge(`${name}/reused`, life);
    if (index === 1) return [{ ...pod, containers: restartFirst(containers, at) }];
    if (index > 0 && chance.fraction(`${name}/reused`) >= 0.2) return [pod];
    return [
      { ...pod, until: at },
      { ...pod, from: at, uid: chance.uid(`${name}/reused`) },
    ];
  });
  return { apps: [app], pods: pods.flat() };
}

function restartFirst([first, ...others]: readonly ContainerPlan[], restartedAt: number): ContainerPlan[] {
  return first ? [{ ...first, restartedAt }, ...others] : [];
}

/** The runs of a cron job: pods that live for 5 to 25 minutes, all but the first of which are seen only in part. */
export function planJobs(runsAnHour: number, { life, chance, placement }: Planning): Planned {
  const app: AppPlan = { namespace: "ml", name: "batch", controller: "job" };
  const hours = Math.floor((life.until - life.from) / 3600);
  const pods = Array.from({ length: hours * runsAnHour }, (_, index): PodPlan => {
    const job = `batch-${29_000_000 + index}`;
    const start = life.from + Math.floor(index / runsAnHour) * 3600;
    const from = chance.edge(job, { from: start, until: start + 3600 });
    const steps = 1 + Math.floor(chance.fraction(`${job}/steps`) * 5);
    // An end with the hour would be seen at the start of the hour after as well.
    const end = from + steps * 300;
    const until = Math.min(life.until, end % 3600 === 0 ? end + 300 : end);
    const containers = [planContainer({ name: "batch", cpu: 0.1, memoryMib: 64 }, job, chance)];
    return {
      from,
      until,
      node: placement.place(containers, "staying"),
      namespace: app.namespace,
      name: `${job}-${chance.hex(`${job}/name`, 8)}`,
      uid: chance.uid(job),
      app: app.name,
      owner: { kind: "Job", name: job },
      labels: { app: app.name, "batch.kubernetes.io/job-name": job },
      containers,
    };
  });
  return { apps: [app], pods };
}

/** Deployments with a service each, until there are `count` replicas; some services have a load balancer. */
export function planDeployments(count: number, planning: Planning): Planned {
  const apps: AppPlan[] = [];
  const pods: PodPlan[] = [];
  const most = Math.max(3, Math.round(count / 50));
  for (let planned = 0; planned < count;) {
    const number = apps.length;
    const size = SIZES[number % SIZES.length] ?? SIZES[0];
    const app: AppPlan = {
      namespace: APP_NAMESPACES[number % APP_NAMESPACES.length] ?? "web",
      name: `app-${String(number).padStart(3, "0")}`,
      controller: "deployment",
      ...(number % 10 === 1 ? { loadBalancerPerHour: 0.025 } : {}),
    };
    const asks: Ask[] = [{ name: "app", ...size }];
    if (number % 5 === 0) asks.push({ name: "proxy", cpu: 0.01, memoryMib: 40 });
    const replicas = Math.min(count - planned, number % 7 === 0 ? 1 : most);
    for (let replica = 0; replica < replicas; replica++)
      pods.push(...planReplica(app, asks, replica, planning));
    apps.push(app);
    planned += replicas;
  }
  return { apps, pods };
}
