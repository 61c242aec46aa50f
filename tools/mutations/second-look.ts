import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const again = testsOf("lambda-src/second-look");
const inApply = { file: "lambda-src/reconcile/apply.ts" };

/** What is asked once more after a plan was made, and what a run does not take from a cluster. */
export const SECOND_LOOK_MUTATIONS: readonly Mutation[] = [
  {
    name: "second look: the cluster is asked for again",
    ...inApply,
    find: 'return found === undefined ? undefined : "its cluster exists again";',
    replace: "return found && undefined;",
    test: again("a cluster that came back after the plan keeps its role"),
  },
  {
    name: "second look: the mark still stands",
    ...inApply,
    find: "if (role.tags[TAG.orphanedSince] !== planned.tags[TAG.orphanedSince]) {",
    replace: "if (role.tags[TAG.orphanedSince] === '') {",
    test: again("a mark that another run took away after the plan keeps the role"),
  },
  {
    name: "time is looked at between the changes of a role",
    ...inApply,
    find: "    if (!ports.hasTime()) return OUT_OF_TIME;\n    await applyChange(",
    replace: "    await applyChange(",
    test: again("time that runs short between two changes of a role leaves the rest to the next run"),
  },
  {
    name: "a conflict takes no web identity away",
    file: "lambda-src/reconcile/plan.ts",
    find: "conflicts.length > 0 ? keepWebIdentity(planned, wanted) : planned",
    replace: "conflicts.length > 99 ? keepWebIdentity(planned, wanted) : planned",
    test: again(
      "a role that serves by web identity keeps its trust while Pod Identity is taken by somebody else",
    ),
  },
  {
    name: "a conflict keeps no trust that lets others in",
    file: "lambda-src/reconcile/plan.ts",
    find: "if (!sameDocument(role.trust, webIdentityTrust)) return item;",
    replace: "if (role.trust === undefined) return item;",
    test: again("a trust that lets others in is put right, whoever has the association"),
  },
];
