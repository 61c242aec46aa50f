import { ADOPTION_MUTATIONS } from "./adoptions.ts";
import { DELETION_MUTATIONS } from "./deletions.ts";
import { EVIDENCE_MUTATIONS } from "./evidence.ts";
import type { Mutation } from "./mutation.ts";
import { POLICY_MUTATIONS } from "./policies.ts";
import { REPAIR_MUTATIONS } from "./repairs.ts";
import { RUN_MUTATIONS } from "./runs.ts";

/** Every guard of the role reconciler and of its policies, turned off one by one. */
export const MUTATIONS: readonly Mutation[] = [
  ...DELETION_MUTATIONS,
  ...ADOPTION_MUTATIONS,
  ...EVIDENCE_MUTATIONS,
  ...REPAIR_MUTATIONS,
  ...RUN_MUTATIONS,
  ...POLICY_MUTATIONS,
];
