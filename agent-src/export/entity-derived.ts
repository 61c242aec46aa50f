import type { CellValue, Dataset } from "../../contract/datasets/column.ts";
import { isOwner, type Owner, type OwnerLookup } from "./entity-lookups.ts";

/** What a derived cell may look at. */
export interface EntityView {
  key(name: string): string;
  /** A column that is filled from series. */
  cell(name: string): CellValue;
  /** A label that a query keeps. */
  kept(queryId: string, label: string): string | null;
  readonly owners: OwnerLookup;
  /** The value of the first of these labels that the object has; each in its own or in sanitised spelling. */
  labelValue(...keys: readonly string[]): string | null;
}

type DeriveCell = (view: EntityView) => CellValue;

const NODE: Readonly<Record<string, DeriveCell>> = {
  instance_id: (view) => providerParts(view).at(-1) ?? null,
  zone: (view) => zoneOf(view) ?? view.labelValue("topology.kubernetes.io/zone"),
  instance_type: (view) =>
    view.kept("total_hourly_cost", "instance_type") ?? view.labelValue("node.kubernetes.io/instance-type"),
  capacity_type: (view) => capacityType(view),
};

const VOLUME: Readonly<Record<string, DeriveCell>> = {
  ebs_volume_id: (view) => ebsVolume(view),
};

const POD: Readonly<Record<string, DeriveCell>> = {
  workload_kind: (view) => controllerOf(view)?.kind ?? null,
  workload_name: (view) => controllerOf(view)?.name ?? null,
};

const BY_DATASET: Readonly<Record<string, Readonly<Record<string, DeriveCell>>>> = {
  node: NODE,
  persistent_volume: VOLUME,
  pod: POD,
};

/**
 * How each derived column of a dataset is worked out; key columns are the key's.
 * @throws Error when nothing derives one of them
 */
export function derivedCells(dataset: Dataset): Readonly<Record<string, DeriveCell>> {
  const cells: Record<string, DeriveCell> = {};
  for (const { name, source } of dataset.columns) {
    if (source.from !== "derived") continue;
    const derive = dataset.key.includes(name) ? keyCell(name) : BY_DATASET[dataset.name]?.[name];
    if (!derive) throw new Error(`nothing derives the column "${name}" of "${dataset.name}"`);
    cells[name] = derive;
  }
  return cells;
}

function keyCell(name: string): DeriveCell {
  return (view) => view.key(name);
}

/** `aws:///us-east-1c/i-0123` as `us-east-1c`, `i-0123`. */
function providerParts(view: EntityView): string[] {
  const id = view.cell("provider_id");
  return typeof id === "string" ? id.split("/").filter((part) => part !== "" && !part.endsWith(":")) : [];
}

function zoneOf(view: EntityView): string | undefined {
  const id = view.cell("provider_id");
  return typeof id === "string" && id.startsWith("aws:") ? providerParts(view).at(-2) : undefined;
}

/** EKS says ON_DEMAND or SPOT, Karpenter on-demand, spot or reserved; OpenCost says of what it prices whether it is spot. */
function capacityType(view: EntityView): string | null {
  const said = view.labelValue("eks.amazonaws.com/capacityType", "karpenter.sh/capacity-type");
  if (said !== null) return said.toLowerCase().replace("_", "-");
  if (view.kept("spot", "node") !== null) return "spot";
  return view.cell("hourly_cost") === null ? null : "on-demand";
}

function ebsVolume(view: EntityView): string | null {
  const own = view.kept("info", "ebs_volume_id");
  if (own !== null) return own;
  const handle =
    view.cell("csi_driver") === "ebs.csi.aws.com" ? view.kept("info", "csi_volume_handle") : null;
  if (handle !== null) return handle;
  const provider = view.kept("provider", "provider_id");
  return provider?.startsWith("vol-") ? provider : null;
}

/** What people deploy: a ReplicaSet's Deployment, a Job's CronJob; a pod of its own is its own. */
function controllerOf(view: EntityView): Owner | null {
  const owner = { kind: text(view.cell("owner_kind")), name: text(view.cell("owner_name")) };
  if (!isOwner(owner)) return { kind: "Pod", name: view.key("pod") };
  return view.owners.controllerOf(view.key("namespace"), owner);
}

function text(value: CellValue): string {
  return typeof value === "string" ? value : "";
}
