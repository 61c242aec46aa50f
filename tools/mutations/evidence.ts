import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inObserve = { file: "lambda-src/reconcile/observe.ts" };
const inDesire = { file: "lambda-src/reconcile/desire.ts" };
const inPlan = { file: "lambda-src/reconcile/plan.ts" };
const inSelection = { file: "lambda-src/reconcile/selection.ts" };
const faults = testsOf("lambda-src/faults");
const reconciled = testsOf("lambda-src/reconcile");
const orphans = testsOf("lambda-src/orphans");
const destroy = testsOf("lambda-src/destroy");
const selection = testsOf("lambda-src/selection");

const SIGHT: readonly Mutation[] = [
  {
    name: "clusters: all pages",
    file: "lambda-src/adapters/eks.ts",
    find: "} while (nextToken !== undefined);",
    replace: "} while (false);",
    test: reconciled("250 clusters of one region, three pages of them, all get roles and keep them"),
  },
  {
    name: "roles: all pages",
    file: "lambda-src/adapters/role-store.ts",
    find: "marker = answer.IsTruncated ? answer.Marker : undefined;",
    replace: "marker = undefined;",
    test: reconciled("250 clusters of one region, three pages of them, all get roles and keep them"),
  },
  {
    name: "regions: one that fails is not an empty one",
    ...inObserve,
    find: 'return { region, state: "failed", reason: reasonOf(error) };',
    replace: 'return { region, state: "complete", clusters: [] };',
    test: faults(
      "a region that fails with AccessDeniedException loses no role, and the others are still served",
    ),
  },
  {
    name: "clusters: one that cannot be described is not one without issuer",
    ...inObserve,
    find: 'status: "UNREADABLE", problem',
    replace: 'status: "ACTIVE", problem',
    test: faults("a cluster that cannot be described keeps its role and does not fail its region"),
  },
  {
    name: "lookups: a cluster that answers is present",
    ...inObserve,
    find: 'found === undefined ? "absent" : "present"',
    replace: '"absent"',
    test: orphans("a cluster that no listing names but that still answers keeps its role"),
  },
  {
    name: "lookups: a denial is not an absence",
    ...inObserve,
    find: 'return { arn: cluster.arn, state: "unknown", reason: reasonOf(error) };',
    replace: 'return { arn: cluster.arn, state: "absent" };',
    test: orphans("a cluster that cannot be asked for keeps its role"),
  },
  {
    name: "roles: one that cannot be read is told",
    ...inObserve,
    find: "unreadableRoles.push({ name, reason: reasonOf(error) });",
    replace: "",
    test: destroy(
      "a role that cannot be read because getRole is denied fails the destroy, which removes the others",
    ),
  },
  {
    name: "roles: one that cannot be read is not made anew",
    ...inPlan,
    find: "if (unreadable !== undefined) {",
    replace: "if (false) {",
    test: testsOf("lambda-src/problems")("a role that cannot be read is a problem"),
  },
  {
    name: "roles: one that cannot be read and has no cluster is held",
    ...inPlan,
    find: "...observation.unreadableRoles\n",
    replace: "...[...observation.unreadableRoles].slice(0, 0)\n",
    test: testsOf("lambda-src/guard")("a role that could not be read is neither made anew nor deleted"),
  },
  {
    name: "time: nothing more is asked for",
    ...inObserve,
    find: "if (!hasTime()) throw new Error(TIME_RAN_SHORT);",
    replace: "",
    test: testsOf("lambda-src/cut-short")(
      "a run whose time runs short while it looks makes what it has seen, says what it has not, and how to continue",
    ),
  },
];

const look = testsOf("lambda-src/look");

const BRIEF: readonly Mutation[] = [
  {
    name: "brief reading: knows no attached policies",
    file: "lambda-src/reconcile/diff.ts",
    find: 'if (role.detail === "full") {',
    replace: "if (true) {",
    test: look("a role that is read briefly takes two calls, and an unchanged one no write"),
  },
  {
    name: "brief reading: what is changed is read in full first",
    file: "lambda-src/reconcile/reconcile.ts",
    find: "const observation = await readInFull(",
    replace: "const observation = ((all) => all)(",
    test: look("a role whose writer policy differs is read in full, and all of it is repaired at once"),
  },
  {
    name: "brief reading: every role has its turn in full",
    file: "lambda-src/reconcile/look.ts",
    find: "% RUNS_PER_FULL_READING === 0",
    replace: "% RUNS_PER_FULL_READING < 0",
    test: look(
      "each run draws about one role in sixteen, other ones each time, whatever the interval between the runs",
    ),
  },
];

/** Lets a status through that has to wait or to keep what is there. */
function asActive(status: string, name: string): Mutation {
  return {
    name: `clusters: ${status}`,
    ...inDesire,
    find: '    case "ACTIVE":\n',
    replace: `    case "ACTIVE":\n    case "${status}":\n`,
    test: reconciled(name),
  };
}

const STATUSES: readonly Mutation[] = [
  asActive("CREATING", "a cluster that is CREATING waits and gets no role yet"),
  asActive("PENDING", "a cluster that is PENDING waits and gets no role yet"),
  asActive("DELETING", "a cluster that is DELETING keeps the role it has"),
  asActive("FAILED", "a cluster that is FAILED keeps the role it has"),
  asActive("SOMETHING_NEW", "a cluster that is SOMETHING_NEW keeps the role it has"),
  {
    name: "clusters: no issuer",
    ...inDesire,
    find: "if (cluster.issuer === undefined)",
    replace: "if (false)",
    test: reconciled("a cluster that tells no OIDC issuer waits"),
  },
  {
    name: "clusters: no OIDC provider",
    ...inDesire,
    find: "if (!providers.has(providerArn)) {",
    replace: "if (false) {",
    test: reconciled("a cluster without an OIDC provider in IAM waits, with the reason"),
  },
  {
    name: "clusters: associations that cannot be read",
    ...inDesire,
    find: "const { associations,",
    replace: "const { associations = [],",
    test: testsOf("lambda-src/pod-identity")(
      "a cluster whose associations cannot be read keeps its role as it is, and is a problem",
    ),
  },
];

const notSelected = (name: string) => selection(`a cluster that is not selected ${name}`);
const KEEPS = "keeps the role that it has as it is: drifted, marked as orphan, and with the cluster gone";

const SELECTION: readonly Mutation[] = [
  {
    name: "selection: an excluded cluster gets no role",
    ...inDesire,
    find: "if (notSelected !== undefined) return",
    replace: "if (false) return",
    test: notSelected("gets no role, and the report says why"),
  },
  {
    name: "selection: an excluded cluster's mark stays",
    ...inPlan,
    find: 'if (kind === "excluded") return [note];',
    replace: "",
    test: notSelected(KEEPS),
  },
  {
    name: "selection: an excluded cluster's role stays when the cluster is gone",
    ...inPlan,
    find: "if (notSelected !== undefined) {",
    replace: "if (false) {",
    test: notSelected(KEEPS),
  },
  {
    name: "selection: none in a destroy",
    ...inPlan,
    find: "{ ...deployment, clusterInclude: [], clusterExclude: [] }",
    replace: "deployment",
    test: notSelected("loses its role when the deployment is destroyed: the boundary below it goes too"),
  },
  {
    name: "selection: a pattern begins where the name does",
    ...inSelection,
    find: "if (!name.startsWith(start)) return false;",
    replace: "",
    test: selection("a pattern dev-* against my-dev-1: false"),
  },
  {
    name: "selection: a pattern ends where the name does",
    ...inSelection,
    find: " && name.endsWith(end)",
    replace: "",
    test: selection("a pattern *-dev against my-dev-1: false"),
  },
  {
    name: "selection: a pattern's parts do not overlap",
    ...inSelection,
    find: "name.length - end.length >= from && ",
    replace: "",
    test: selection("a pattern a*a against a: false"),
  },
  {
    name: "selection: a pattern's parts are all there",
    ...inSelection,
    find: "if (found < 0) return false;",
    replace: "",
    test: selection("a pattern a*b*c against a-c: false"),
  },
];

/** What a run has to have seen, and which clusters are ready for a role. */
export const EVIDENCE_MUTATIONS: readonly Mutation[] = [...SIGHT, ...BRIEF, ...STATUSES, ...SELECTION];
