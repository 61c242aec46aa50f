import { isSelected, usesPodIdentity } from "./templates.ts";
import {
  issuerOf,
  lifeAtLast,
  OUTSIDE,
  REGIONS,
  type ClusterCase,
  type RegionState,
  type World,
} from "./world.ts";

/** What is known of a cluster for good, from the world's description alone. */
export interface ClusterTruth {
  readonly one: ClusterCase;
  readonly index: number;
  readonly issuer: string;
  readonly present: boolean;
  /** Whether a run that looks sees that the cluster is there. */
  readonly seen: boolean;
  /** Whether a run that looks can tell that it is gone. */
  readonly provedGone: boolean;
  readonly selected: boolean;
  readonly mode: "irsa" | "pod-identity";
  /** Whether its pods are to have a role. */
  readonly wanted: boolean;
  /** Whether a run has to report it. */
  readonly problem: boolean;
}

/** Whether ListClusters of the region ends, with the clusters that it has for good. */
function isListed(world: World, region: ClusterCase["region"]): boolean {
  if (region === OUTSIDE) return false;
  const state = world.regions[region][1];
  if (state !== "second-page") return state === "ok" || state === "describe";
  const listed = world.clusters.filter(
    (one) => one.region === region && one.trouble !== "unlisted" && lifeAtLast(world, one).present,
  );
  return listed.length <= world.pageSize;
}

/** Regions that a run has to report. */
export function failedRegions(world: World): readonly string[] {
  return REGIONS.filter((region) => !isListed(world, region));
}

function truthOf(world: World, one: ClusterCase, index: number): ClusterTruth {
  const { present, state, generation } = lifeAtLast(world, one);
  const listed = isListed(world, one.region);
  const regionState: RegionState = one.region === OUTSIDE ? "ok" : world.regions[one.region][1];
  const describable = regionState !== "describe" && one.trouble !== "undescribable";
  const settings = world.settings[1];
  const selected = isSelected(settings, one.name);
  const mode = usesPodIdentity(settings, one.name) ? "pod-identity" : "irsa";
  const seen = present && listed && one.trouble !== "unlisted";
  const ready =
    seen && describable && selected && ["ACTIVE", "UPDATING", "RECREATED", "RETURNS"].includes(state);
  const unreadable = mode === "pod-identity" && one.trouble === "associations denied";
  const usable = mode === "pod-identity" ? !unreadable : one.issuer === "with provider";
  return {
    one,
    index,
    issuer: issuerOf(one.region, index, generation),
    present,
    seen,
    provedGone: !present && listed && describable,
    selected,
    mode,
    wanted: ready && usable,
    problem: (seen && !describable) || (ready && unreadable),
  };
}

/** Every cluster of the world as it is for good. */
export function truthsOf(world: World): readonly ClusterTruth[] {
  return world.clusters.map((one, index) => truthOf(world, one, index));
}

/** Clusters whose associations no trust policy tells of: it, or they, were there before the first run, or made by hand. */
export function looseClusters(world: World): ReadonlySet<number> {
  const byHand = world.runs.flatMap(({ hands }) => hands.map(({ cluster }) => cluster));
  const before = world.clusters.flatMap(({ associations }, index) =>
    associations.length > 0 ? [index] : [],
  );
  return new Set([...byHand, ...before]);
}
