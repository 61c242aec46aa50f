import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const adopt = testsOf("lambda-src/adopt");

/** What keeps an apply with another bucket from taking over roles that never were the deployment's. */
export const ADOPTION_MUTATIONS: readonly Mutation[] = [
  {
    name: "adoption: roles of the former bucket only",
    file: "lambda-src/reconcile/adopt.ts",
    find: "(role) => foreignReason(role, { ...deployment, bucket: formerBucket }) === undefined",
    replace: "() => true",
    test: adopt("roles of any other deployment stay its own"),
  },
  {
    name: "adoption: guard",
    file: "lambda-src/reconcile/guard.ts",
    find: 'const reason = foreignReason(action.role, { ...deployment, bucket: deployment.formerBucket ?? "" });',
    replace: "const reason = undefined;",
    test: testsOf("lambda-src/guard")(
      "no adoption of a role that was another's than this deployment's before",
    ),
  },
  {
    name: "adoption: the tag first",
    file: "lambda-src/reconcile/apply.ts",
    find: "  adopt: -1,\n",
    replace: "  adopt: 5,\n",
    test: adopt("the tag comes first: before it, IAM allows no other change of the role"),
  },
  {
    name: "adoption: in an update only",
    file: "lambda-src/reconcile/crud-event.ts",
    find: 'action === "update" ?',
    replace: "true ?",
    test: adopt("the former bucket is that of the apply before, and of an update only"),
  },
  {
    name: "adoption: one that is not done fails the run",
    file: "lambda-src/reconcile/unfinished-adoption.ts",
    find: 'adopts(action) && state !== "done"',
    replace: "false",
    test: adopt("an adoption that is not finished fails the run where time ran short before the tag"),
  },
  {
    name: "adoption: associations of the former bucket only",
    file: "lambda-src/reconcile/pod-identity.ts",
    find: "ownsAssociation(one, { bucket: formerBucket });",
    replace: "true;",
    test: adopt("Pod Identity associations of the former bucket associations of others are not"),
  },
  {
    name: "adoption: a role that could not be read fails the run",
    file: "lambda-src/reconcile/unfinished-adoption.ts",
    find: "    ...unreadableRoles.map(({ name, reason }) => describeRole(name, reason)),\n",
    replace: "",
    test: adopt(
      "an adoption that is not finished fails the run where a role could not be read, because nobody knows whose it is",
    ),
  },
];
