import { ADOPTION_MUTATIONS } from "./adoptions.ts";
import { CLUSTER_LIST_MUTATIONS } from "./cluster-lists.ts";
import { CLUSTER_POLICY_MUTATIONS } from "./cluster-policies.ts";
import { DELETION_MUTATIONS } from "./deletions.ts";
import { EVIDENCE_MUTATIONS } from "./evidence.ts";
import { LAMBDA_POLICY_MUTATIONS } from "./lambda-policy.ts";
import type { Mutation } from "./mutation.ts";
import { OWNERSHIP_MUTATIONS } from "./ownership.ts";
import { REGRESSION_MUTATIONS } from "./regressions.ts";
import { REPAIR_MUTATIONS } from "./repairs.ts";
import { RETIREMENT_MUTATIONS } from "./retirement.ts";
import { RUN_MUTATIONS } from "./runs.ts";
import { SECOND_LOOK_MUTATIONS } from "./second-look.ts";

/** Every guard of the role reconciler and of its policies, turned off one by one. */
export const MUTATIONS: readonly Mutation[] = [
  ...DELETION_MUTATIONS,
  ...OWNERSHIP_MUTATIONS,
  ...ADOPTION_MUTATIONS,
  ...EVIDENCE_MUTATIONS,
  ...REPAIR_MUTATIONS,
  ...SECOND_LOOK_MUTATIONS,
  ...RUN_MUTATIONS,
  ...CLUSTER_LIST_MUTATIONS,
  ...RETIREMENT_MUTATIONS,
  ...LAMBDA_POLICY_MUTATIONS,
  ...CLUSTER_POLICY_MUTATIONS,
  ...REGRESSION_MUTATIONS,
];
