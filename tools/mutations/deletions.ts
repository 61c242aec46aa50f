import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inGuard = { file: "lambda-src/reconcile/guard.ts" };
const inPlan = { file: "lambda-src/reconcile/plan.ts" };
const guard = testsOf("lambda-src/guard");
const alone = (name: string) => guard(`each of these alone holds a deletion ${name}`);
const orphans = testsOf("lambda-src/orphans");

const CHECKS: readonly Mutation[] = [
  {
    name: "delete check: ownership",
    ...inGuard,
    find: "  ours,\n  namesCluster,",
    replace: "  namesCluster,",
    test: alone("another deployment's tag"),
  },
  {
    name: "delete check: the role names a cluster",
    ...inGuard,
    find: "  namesCluster,\n  regionIncluded,",
    replace: "  regionIncluded,",
    test: alone("a cluster of another account"),
  },
  {
    name: "delete check: the cluster's account",
    ...inGuard,
    find: "cluster.account === deployment.account && cluster.partition",
    replace: "cluster.partition",
    test: alone("a cluster of another account"),
  },
  {
    name: "delete check: the cluster's partition",
    ...inGuard,
    find: " && cluster.partition === deployment.partition",
    replace: "",
    test: alone("a cluster of another partition"),
  },
  {
    name: "delete check: the region is included",
    ...inGuard,
    find: "  regionIncluded,\n  regionListed,",
    replace: "  regionListed,",
    test: alone("a region that is not included, though listed and absent"),
  },
  {
    name: "delete check: the region was listed",
    ...inGuard,
    find: "  regionListed,\n  clusterGone,",
    replace: "  clusterGone,",
    test: alone("a region that failed, though the cluster answers not found"),
  },
  {
    name: "delete check: the cluster is gone",
    ...inGuard,
    find: "  regionListed,\n  clusterGone,\n",
    replace: "  regionListed,\n",
    test: alone("a cluster that still answers"),
  },
  {
    name: "cluster gone: not while it is listed",
    ...inGuard,
    find: 'if (listed) return "its cluster is listed";',
    replace: "",
    test: alone("a cluster that is listed, though it answered not found"),
  },
  {
    name: "cluster gone: not while it answers",
    ...inGuard,
    find: 'return "its cluster is not listed, but still answers";',
    replace: "return undefined;",
    test: alone("a cluster that still answers"),
  },
  {
    name: "cluster gone: not when it could not be asked for",
    ...inGuard,
    find: "return `its cluster could not be asked for: ${lookup.reason}`;",
    replace: "return undefined;",
    test: alone("a cluster that could not be asked for"),
  },
  {
    name: "cluster gone: not when nobody asked",
    ...inGuard,
    find: 'return "its cluster was not asked for";',
    replace: "return undefined;",
    test: alone("a cluster nobody asked for"),
  },
];

const PACE: readonly Mutation[] = [
  {
    name: "brake: off",
    ...inGuard,
    find: "if (due <= limit) return items;",
    replace: "return items;",
    test: orphans("more orphans than the brake allows are all held"),
  },
  {
    name: "brake: one early",
    ...inGuard,
    find: "due <= limit",
    replace: "due < limit",
    test: orphans("more orphans than the brake allows are all held"),
  },
  {
    name: "grace: no wait",
    ...inGuard,
    find: "if (now < due)",
    replace: "if (false)",
    test: orphans("an orphan is first marked, waits for the grace period, and then goes"),
  },
  {
    name: "grace: no mark",
    ...inGuard,
    find: "if (hours === 0)",
    replace: "if (true)",
    test: orphans("an orphan is first marked, waits for the grace period, and then goes"),
  },
  {
    name: "grace: a mark that is no date counts as old",
    ...inGuard,
    find: "return INSTANT.test(mark) ? Date.parse(mark) : NaN;",
    replace: "return INSTANT.test(mark) ? Date.parse(mark) : 0;",
    test: orphans("a mark that is no date starts the grace period again"),
  },
  {
    name: "grace: a mark of another form counts",
    ...inGuard,
    find: "INSTANT.test(mark) ?",
    replace: "true ?",
    test: orphans("a mark that is no date starts the grace period again"),
  },
  {
    name: "grace: the mark stays when the cluster is back",
    ...inPlan,
    find: "const marked = role !== undefined",
    replace: "const marked = false && role !== undefined",
    test: orphans("a cluster that comes back within the grace period clears the mark"),
  },
];

/** What keeps a role from being deleted. */
export const DELETION_MUTATIONS: readonly Mutation[] = [...CHECKS, ...PACE];
