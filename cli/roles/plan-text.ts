import { parseClusterArn } from "../../contract/cluster-arn.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { Note, Plan, RoleAction } from "../../lambda-src/reconcile/model.ts";
import { actionLine } from "../../lambda-src/reconcile/action-line.ts";
import { blindSpots } from "../../lambda-src/reconcile/problems.ts";
import { formatCounted } from "../format.ts";
import type { Colors } from "../terminal.ts";

const SIGNS: Readonly<Record<RoleAction["kind"], string>> = {
  create: "+",
  update: "~",
  "mark-orphan": "!",
  "clear-orphan": "!",
  adopt: "~",
  delete: "-",
};

const VERBS: Readonly<Record<RoleAction["kind"], string>> = {
  create: "to create",
  update: "to update",
  "mark-orphan": "to mark as orphan",
  "clear-orphan": "to unmark",
  adopt: "to take over",
  delete: "to delete",
};

const LABEL_WIDTH = 14;

function clusterText(arn: string | undefined): string {
  if (arn === undefined) return "";
  try {
    const { name, region } = parseClusterArn(arn);
    return `${name} (${region}): `;
  } catch {
    return `${arn}: `;
  }
}

function entry(
  label: string,
  role: string,
  cluster: string | undefined,
  text: string,
  color: Colors,
): string {
  const indent = " ".repeat(LABEL_WIDTH + 2);
  return `  ${label.padEnd(LABEL_WIDTH)}${color.bold(role)}\n${indent}${color.dim(clusterText(cluster) + text)}`;
}

function actionColor(kind: RoleAction["kind"], color: Colors): (text: string) => string {
  switch (kind) {
    case "create":
      return color.green;
    case "delete":
      return color.red;
    case "update":
    case "mark-orphan":
    case "clear-orphan":
    case "adopt":
      return color.yellow;
  }
}

function actionEntry(action: RoleAction, color: Colors): string {
  const { role, cluster, detail } = actionLine(action);
  const label = `${SIGNS[action.kind]} ${action.kind}`.padEnd(LABEL_WIDTH);
  return entry(actionColor(action.kind, color)(label), role, cluster, detail, color);
}

function noteEntry(note: Note, color: Colors): string {
  const label = note.kind.padEnd(LABEL_WIDTH);
  return entry(
    note.kind === "conflict" || note.kind === "braked" ? color.red(label) : label,
    note.role,
    note.cluster,
    note.reason,
    color,
  );
}

function regionLines({ observation }: Inventory, color: Colors): string[] {
  const width = Math.max(...observation.regions.map(({ region }) => region.length)) + 2;
  return observation.regions.map((region) =>
    region.state === "complete"
      ? `  ${region.region.padEnd(width)}${formatCounted(region.clusters.length, "cluster")}`
      : `  ${region.region.padEnd(width)}${color.red("not listed")}: ${region.reason}; its roles are left as they are`,
  );
}

function totals({ observation }: Inventory, plan: Plan): string {
  const count = (kind: Note["kind"]) => plan.notes.filter((note) => note.kind === kind).length;
  const verbs = Object.entries(VERBS).flatMap(([kind, verb]) => {
    const number = plan.actions.filter((action) => action.kind === kind).length;
    return number > 0 ? [`${number} ${verb}`] : [];
  });
  const notes = (
    ["unchanged", "waiting", "kept", "excluded", "held", "braked", "conflict", "foreign"] as const
  ).flatMap((kind) => (count(kind) > 0 ? [`${count(kind)} ${kind}`] : []));
  const unseen = blindSpots(observation).length;
  const view =
    unseen > 0
      ? `the view is incomplete: ${unseen} of the regions, clusters and roles could not be read`
      : "";
  const parts = [verbs.join(", ") || "nothing to do", notes.join(", "), view];
  return `Plan: ${parts.filter(Boolean).join("; ")}`;
}

/** A plan as a person reads it: regions, what would be done, what is left alone and why. */
export function planText(inventory: Inventory, plan: Plan, color: Colors): string {
  const { deployment, observedAt } = inventory;
  const left = plan.notes.filter((note) => note.kind !== "unchanged");
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [color.bold(title), ...lines, ""] : [];
  return [
    `Cluster roles of deployment ${color.bold(deployment.bucket)} as of ${observedAt.slice(0, 16)}Z`,
    "",
    ...section("Regions", regionLines(inventory, color)),
    ...section(
      "Would do",
      plan.actions.map((action) => actionEntry(action, color)),
    ),
    ...section(
      "Would leave alone",
      left.map((note) => noteEntry(note, color)),
    ),
    color.bold(totals(inventory, plan)),
  ].join("\n");
}
