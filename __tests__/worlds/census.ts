import type { Outcome } from "./play.ts";
import { lifeAt, quotaAt, REGIONS, type ClusterCase, type World } from "./world.ts";

/** In how many worlds each thing was there, or happened. */
export type Census = Record<string, number>;

/** Adds one world to a census. */
export function count(census: Census, world: World, outcome: Outcome): void {
  const there = new Set([...inWorld(world), ...inClusters(world), ...inRuns(world), ...happened(outcome)]);
  for (const name of there) census[name] = (census[name] ?? 0) + 1;
}

function* inWorld(world: World): Iterable<string> {
  const { settings, regions, second, graceHours, pageSize, maxDeletes } = world;
  for (const region of REGIONS) for (const state of regions[region]) yield `region ${state}`;
  if (second !== "none") yield `second deployment, ${second}`;
  yield `grace period ${graceHours} h`;
  if (pageSize < 100) yield "small pages";
  if (maxDeletes < 10) yield "small brake";
  if (quotaAt(world, 0) < 1000 || quotaAt(world, 1) < 1000) yield "small quota";
  const [first, then] = settings;
  for (const { kms, include, exclude, podIdentity } of settings) {
    if (kms) yield "KMS key";
    if (include.length > 0) yield "include patterns";
    if (exclude.length > 0) yield "exclude patterns";
    if (podIdentity.length > 0) yield "Pod Identity";
  }
  if (first.podIdentity !== then.podIdentity) yield "mode switched";
}

function* inClusters(world: World): Iterable<string> {
  const seen: ClusterCase[] = [];
  for (const one of world.clusters) {
    for (let step = 0; step <= world.runs.length; step++) {
      const { present, state } = lifeAt(one, step);
      yield `cluster ${present ? state : "GONE"}`;
    }
    if (one.name.length === 100) yield "name of 100 characters";
    if (one.name.length === 1) yield "name of 1 character";
    if (seen.some(({ name }) => name === one.name)) yield "same name in two regions";
    const twin = (other: ClusterCase) =>
      other.region === one.region && other.name.toLowerCase() === one.name.toLowerCase();
    if (seen.some(twin)) yield "names that differ in case";
    seen.push(one);
    yield `cluster ${one.issuer}`;
    if (one.trouble !== "none") yield `cluster ${one.trouble}`;
    if (one.role) {
      yield `role of ${one.role.owner}`;
      if (one.role.path === "other") yield "role at another path";
      if (one.role.named !== "exactly") yield `role named ${one.role.named}`;
      for (const drift of one.role.drift) yield `role with ${drift}`;
    }
    for (const which of one.associations) yield `association ${which}`;
  }
}

function* inRuns({ runs }: World): Iterable<string> {
  for (const { faults, deadline, lag, hands, look } of runs) {
    for (const { lost, code } of faults) yield lost ? "answer lost" : `fault ${code}`;
    if (deadline !== null) yield "deadline";
    if (lag > 0) yield "new roles unseen";
    for (const { what } of hands) yield `by hand: ${what}`;
    yield `run ${look}`;
  }
}

function* happened({ runs, violations }: Outcome): Iterable<string> {
  if (violations.length > 0) yield "violation";
  for (const { watch, report } of runs) {
    for (const write of watch.writes) yield `done: ${write.split(" ")[0] ?? ""}`;
    for (const refusal of watch.refused) yield `refused: ${refusal}`;
    if (report === undefined) yield "run without report";
    else yield `run ${report.status}`;
    for (const { kind } of report?.notes ?? []) yield `note ${kind}`;
    for (const { action, state } of report?.actions ?? []) yield `${action} ${state}`;
  }
}
