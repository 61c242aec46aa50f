import { describeChange } from "./diff.ts";
import type { RoleAction } from "./model.ts";
import { clusterOfRole } from "./ownership.ts";

/** An action as a report, a log line or a table shows it. */
export interface ActionLine {
  readonly action: RoleAction["kind"];
  readonly role: string;
  readonly cluster?: string | undefined;
  readonly detail: string;
}

function actionDetail(action: RoleAction): string {
  switch (action.kind) {
    case "create":
      return ["the cluster has no role", ...action.changes.map(describeChange)].join(", ");
    case "update":
      return action.changes.map(describeChange).join(", ");
    case "adopt":
    case "mark-orphan":
    case "clear-orphan":
    case "delete":
      return action.reason;
  }
}

/** One action as plain data. */
export function actionLine(action: RoleAction): ActionLine {
  const about =
    action.kind === "create" || action.kind === "update"
      ? { role: action.spec.name, cluster: action.spec.clusterArn }
      : { role: action.role.name, cluster: clusterOfRole(action.role)?.arn };
  return { action: action.kind, ...about, detail: actionDetail(action) };
}
