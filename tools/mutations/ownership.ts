import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inGuard = { file: "lambda-src/reconcile/guard.ts" };
const inOwnership = { file: "lambda-src/reconcile/ownership.ts" };
const inApply = { file: "lambda-src/reconcile/apply.ts" };
const inPlan = { file: "lambda-src/reconcile/plan.ts" };
const guard = testsOf("lambda-src/guard");
const alone = (name: string) => guard(`each of these alone holds a deletion ${name}`);
const orphans = testsOf("lambda-src/orphans");
const destroy = testsOf("lambda-src/destroy");
const ownership = testsOf("lambda-src/ownership");
const changedHands = testsOf("cli/roles/apply")(
  "apply at a terminal does not change a role that was shown, and is somebody else's by now",
);

/** What keeps roles of others as they are. */
export const OWNERSHIP_MUTATIONS: readonly Mutation[] = [
  {
    name: "guard: changes of roles of others",
    ...inGuard,
    find: "const reason = ours(action.role, evidence);",
    replace: "const reason = undefined;",
    test: guard("no update of a role that is not ours"),
  },
  {
    name: "guard of a destroy: ownership",
    ...inGuard,
    find: '"nothing is created here" : foreignReason(action.role, deployment);',
    replace: '"nothing is created here" : undefined;',
    test: guard("destroy deletes what is ours, whatever is known about its cluster, and nothing else"),
  },
  {
    name: "guard of a destroy: no creation",
    ...inGuard,
    find: '? "nothing is created here"',
    replace: "? undefined",
    test: guard("destroy creates nothing"),
  },
  {
    name: "ownership: path",
    ...inOwnership,
    find: "if (role.path !== rolePath)",
    replace: "if (false)",
    test: alone("another path"),
  },
  {
    name: "ownership: managed-by tag",
    ...inOwnership,
    find: "if (role.tags[TAG.managedBy] !== MANAGED_BY)",
    replace: "if (false)",
    test: alone("no manager tag"),
  },
  {
    name: "ownership: deployment tag",
    ...inOwnership,
    find: "if (owner === deployment.bucket) return undefined;",
    replace: "return undefined;",
    test: alone("another deployment's tag"),
  },
  {
    name: "plan: a taken name below the path is a conflict",
    ...inPlan,
    find: "if (foreign !== undefined) {\n    const reason = `a role of this name",
    replace: "if (false) {\n    const reason = `a role of this name",
    test: ownership(
      "two deployments that share a prefix by mistake conflict, and neither takes the other's role",
    ),
  },
  {
    name: "plan: roles of others below the path",
    ...inPlan,
    find: 'if (foreign !== undefined) return { note: { kind: "foreign"',
    replace: 'if (false) return { note: { kind: "foreign"',
    test: destroy("destroy removes ours only, with the report, and may be repeated"),
  },
  {
    name: "plan: names without regard to case",
    ...inPlan,
    find: "return name.toLowerCase();",
    replace: "return name;",
    test: ownership(
      "a role of somebody else with our name at path /nops-container-cost/ is reported and untouched",
    ),
  },
  {
    name: "plan: a second role of an existing cluster",
    ...inPlan,
    find: "cluster !== undefined && clusters.has(cluster)",
    replace: "false",
    test: guard("a second role of ours for an existing cluster is not even proposed for deletion"),
  },
  {
    name: "plan: roles are kept on destroy where that is asked",
    ...inPlan,
    find: "if (deployment.deleteRolesOnDestroy) {",
    replace: "if (true) {",
    test: destroy(
      "told to keep its roles, destroy writes nothing, takes the report away, and fails with what to do first",
    ),
  },
  {
    name: "plan: a boundary that stays lets roles stay",
    ...inPlan,
    find: "if (!ownsBoundary(deployment)) {",
    replace: "if (true) {",
    test: destroy(
      "told to keep its roles, destroy writes nothing, takes the report away, and fails with what to do first",
    ),
  },
  {
    name: "apply: a name that is taken is a conflict",
    ...inApply,
    find: 'if (created === "exists") {',
    replace: "if (false) {",
    test: ownership("a role of somebody else with our name at path / is reported and untouched"),
  },
  {
    name: "apply: a taken name that cannot be read is a conflict",
    ...inApply,
    find: "readRole(spec.name).catch(reasonOf)",
    replace: "readRole(spec.name)",
    test: ownership(
      "prefixes of which one begins the other can ask for one name; the second conflicts, and says so",
    ),
  },
  {
    name: "apply: ownership once more before a deletion",
    ...inApply,
    find: 'if (foreign !== undefined) return { state: "held", reason: `not ours any more',
    replace: 'if (false) return { state: "held", reason: `not ours any more',
    test: orphans("a role whose tag container-insights:deployment changes between plan and deletion stays"),
  },
  {
    name: "apply: the cluster once more before a deletion",
    ...inApply,
    find: "role.tags[TAG.clusterArn] !== planned.tags[TAG.clusterArn]",
    replace: "false",
    test: destroy("a role that changes between plan and deletion stays and fails the destroy"),
  },
  {
    name: "apply: ownership once more before a change",
    ...inApply,
    find: 'if (foreign !== undefined) return { state: "held", reason: foreign };',
    replace: "",
    test: changedHands,
  },
  {
    name: "apply: only a role of the former bucket may be one that was just taken over",
    file: "lambda-src/reconcile/still-ours.ts",
    find: "return isFormer ? undefined :",
    replace: "return true ? undefined :",
    test: changedHands,
  },
];
