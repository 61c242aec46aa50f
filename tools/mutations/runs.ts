import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inApply = { file: "lambda-src/reconcile/apply.ts" };
const inErrors = { file: "lambda-src/aws-errors.ts" };
const inCreation = { file: "lambda-src/role-creation.ts" };
const inSettling = { file: "lambda-src/reconcile/settling-ports.ts" };
const inManagement = { file: "lambda-src/role-management.ts" };
const faults = testsOf("lambda-src/faults");
const entries = (name: string) => testsOf("lambda-src/entries")(`both entries, over the SDK ${name}`);
const destroy = testsOf("lambda-src/destroy");
const settling = testsOf("lambda-src/settling");
const RETRIED = faults("throttles, concurrent modifications and a role not yet visible are retried");

const SETTLING: readonly Mutation[] = [
  {
    name: "settling: of writes to IAM",
    ...inSettling,
    find: "createRole: (spec) => settled(() => roles.createRole(spec)),",
    replace: "createRole: (spec) => roles.createRole(spec),",
    test: settling("a right to a new boundary that takes 9 seconds to settle delays the run, and it is done"),
  },
  {
    name: "settling: of writes to EKS",
    ...inSettling,
    find: "settled(() => associations.associate(cluster, association)),",
    replace: "associations.associate(cluster, association),",
    test: settling(
      "a right to a first association that takes 9 seconds to settle delays the run, and it is done",
    ),
  },
  {
    name: "settling: an end to it",
    ...inSettling,
    find: '"AccessDenied" || late)',
    replace: '"AccessDenied" || (late && now().getTime() > until + SETTLE_MS))',
    test: settling(
      "writes that are denied for good cost the 30 seconds once, with the reads, and fail each by itself",
    ),
  },
];

const WORK: readonly Mutation[] = [
  {
    name: "quota: ends further creations",
    ...inApply,
    find: 'if (action.kind === "create" && quota !== undefined) {',
    replace: "if (false) {",
    test: faults("a quota stops further creations at once and is reported as what it is"),
  },
  {
    name: "quota: not retried as a throttle",
    ...inErrors,
    find: '  "TooManyRequests",\n',
    replace: '  "TooManyRequests",\n  "LimitExceeded",\n',
    test: entries("a quota is met once, not retried as the throttle that the SDK takes it for"),
  },
  {
    name: "retry: concurrent modification",
    ...inErrors,
    find: '  "ConcurrentModification",\n',
    replace: "",
    test: RETRIED,
  },
  { name: "retry: throttle", ...inErrors, find: '  "Throttling",\n', replace: "", test: RETRIED },
  {
    name: "retry: a role not yet visible",
    file: "lambda-src/adapters/role-store.ts",
    find: "return withRetry(call, retry, isNotFound);",
    replace: "return withRetry(call, retry);",
    test: RETRIED,
  },
  {
    name: "time: nothing more is begun",
    ...inApply,
    find: "if (!ports.hasTime()) {",
    replace: "if (false) {",
    test: faults("when time runs short nothing more is started, and the next run continues"),
  },
  {
    name: "time: some is kept for the end",
    file: "lambda-src/lambda-run.ts",
    find: "context.getRemainingTimeInMillis() > RESERVE_MS",
    replace: "context.getRemainingTimeInMillis() > 0",
    test: entries(
      "a destroy that runs out of time fails, so that Terraform keeps what is needed to finish it",
    ),
  },
  {
    name: "order: deletions last",
    ...inApply,
    find: "  delete: 4,\n",
    replace: "  delete: -2,\n",
    test: testsOf("lambda-src/apply-order")(
      "access comes first: roles are repaired, then made, and only then others are deleted",
    ),
  },
  {
    name: "log: the plan before the first write",
    file: "lambda-src/reconcile/reconcile.ts",
    find: "logPlan(ports.log, planned.plan);",
    replace: "",
    test: testsOf("lambda-src/reconcile")(
      "the whole plan is logged before the first write, and the report is kept in the bucket",
    ),
  },
];

const ANSWERS: readonly Mutation[] = [
  {
    name: "answer: the schedule fails on a partial run",
    ...inManagement,
    find: '["ok"]',
    replace: '["ok", "partial"]',
    test: entries(
      "a region that cannot be listed fails the schedule, which retries and alarms, but no apply",
    ),
  },
  {
    name: "answer: a destroy that leaves a role fails",
    ...inCreation,
    find: '["ok"]',
    replace: '["ok", "failed"]',
    test: entries("a destroy that leaves a role fails, so that Terraform stops before the boundary"),
  },
  {
    name: "answer: an apply that saw nothing fails",
    file: "lambda-src/reconcile/report.ts",
    find: 'if (sawNothing(run.observation)) return "failed";',
    replace: "",
    test: entries("when no region can be listed the apply fails too"),
  },
  {
    name: "answer: held roles fail a destroy",
    file: "lambda-src/reconcile/problems.ts",
    find: '(mode === "destroy" ?',
    replace: "(false ?",
    test: destroy("a role that changes between plan and deletion stays and fails the destroy"),
  },
  {
    name: "event: only Terraform's is taken for Terraform's",
    file: "lambda-src/reconcile/crud-event.ts",
    find: "  throw new ConfigError(\n",
    replace: '  return { action: "delete" };\n  throw new ConfigError(\n',
    test: testsOf("lambda-src/entries")(
      "what cannot be started an event that is not Terraform's removes nothing",
    ),
  },
];

/** How a run does its work, and how it ends. */
export const RUN_MUTATIONS: readonly Mutation[] = [...WORK, ...SETTLING, ...ANSWERS];
