import type { Command } from "commander";
import { registerApply } from "./roles/apply.ts";
import { registerExplain } from "./roles/explain.ts";
import { registerPlan } from "./roles/plan.ts";
import { registerRetirePredecessor } from "./roles/retire-predecessor.ts";

/** Adds `container-insights roles`: the role reconciler by hand, with the caller's credentials. */
export function registerRoles(program: Command): void {
  const roles = program.command("roles").description("the clusters' IAM roles: what the reconciler does");
  registerPlan(roles);
  registerApply(roles);
  registerExplain(roles);
  registerRetirePredecessor(roles);
}
