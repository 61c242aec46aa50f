import { parseClusterArn } from "../../contract/cluster-arn.ts";
import type { CellValue, Row } from "../../contract/datasets/column.ts";
import { ALLOCATED_METHOD_ID, FOCUS_CONSTANTS as FIXED } from "../../contract/datasets/focus.ts";
import { SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import { methodDetails } from "./focus-shares.ts";

/** Cells of a row of `allocation`, by column. */
export type AllocationCells = Readonly<Record<string, unknown>>;

/** Makes the FOCUS row of an allocation row. */
export type BuildFocusRow = (cells: AllocationCells) => Row;

/** `originCost` is what all rows of the hour cost together: the origin charge that they are the parts of. */
export function focusRows(hour: Hour, clusterArn: string, originCost: number): BuildFocusRow {
  const fixed = { ...periodCells(hour), ...clusterCells(clusterArn), ...FIXED_CELLS };
  return (cells) => ({ ...fixed, ...chargeCells(cells, originCost), ...originCells(cells) });
}

function periodCells(hour: Hour): Row {
  const start = new Date(hour * 1000);
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  return {
    ChargePeriodStart: hour * 1000,
    ChargePeriodEnd: (hour + SECONDS_PER_HOUR) * 1000,
    BillingPeriodStart: Date.UTC(year, month),
    BillingPeriodEnd: Date.UTC(year, month + 1),
  };
}

function clusterCells(clusterArn: string): Row {
  const { account, region, name } = parseClusterArn(clusterArn);
  return {
    x_ClusterArn: clusterArn,
    BillingAccountId: account,
    SubAccountId: account,
    RegionId: region,
    RegionName: region,
    ResourceId: clusterArn,
    ResourceName: name,
  };
}

const FIXED_CELLS: Row = {
  BilledCost: 0,
  ChargeCategory: FIXED.chargeCategory,
  ChargeFrequency: FIXED.chargeFrequency,
  PricingUnit: FIXED.hours,
  PricingCategory: FIXED.pricingCategory,
  ConsumedUnit: FIXED.hours,
  InvoiceIssuerName: FIXED.provider,
  ProviderName: FIXED.provider,
  PublisherName: FIXED.provider,
  ServiceProviderName: FIXED.provider,
  HostProviderName: FIXED.provider,
  ServiceCategory: FIXED.serviceCategory,
  ServiceSubcategory: FIXED.serviceSubcategory,
  ServiceName: FIXED.serviceName,
  ResourceType: FIXED.resourceType,
  AllocatedMethodId: ALLOCATED_METHOD_ID,
};

function chargeCells(cells: AllocationCells, originCost: number): Row {
  const cost = number(cells, "total_cost");
  const hours = (number(cells, "minutes") ?? 60) / 60;
  return {
    BillingCurrency: text(cells, "currency"),
    EffectiveCost: cost,
    ListCost: cost,
    ContractedCost: cost,
    ChargeDescription: description(cells),
    PricingQuantity: hours,
    ConsumedQuantity: hours,
    AllocatedMethodDetails: methodDetails(cells, originCost),
    ...allocatedTo(cells),
  };
}

/** FOCUS: null on the part of the origin charge that is allocated to nothing. */
function allocatedTo(cells: AllocationCells): Row {
  if (!isAllocated(cells)) return {};
  const names = ["namespace", "pod", "container"].map((name) => text(cells, name) ?? "");
  return {
    AllocatedResourceId: names.join("/"),
    AllocatedResourceName: names.slice(1).join("/"),
    AllocatedTags: text(cells, "labels"),
  };
}

function isAllocated(cells: AllocationCells): boolean {
  return cells["row_kind"] === "workload" || cells["row_kind"] === "unmounted";
}

function description(cells: AllocationCells): string {
  const of = (name: string): string => text(cells, name) ?? "";
  switch (cells["row_kind"]) {
    case "idle":
      return "Capacity of the cluster's nodes that no workload requested or used";
    case "unmounted":
      return `Persistent volumes of namespace ${of("namespace")} that no pod mounted`;
    case "unallocated":
      return "Cost of the cluster that is allocated to no pod";
    default:
      return `Container ${of("container")} of pod ${of("namespace")}/${of("pod")}`;
  }
}

/** Columns that are those of `allocation`, by the names that FOCUS wants custom columns to have. */
const ORIGIN_COLUMNS: Readonly<Record<string, string>> = {
  x_RowKind: "row_kind",
  x_Namespace: "namespace",
  x_ControllerKind: "controller_kind",
  x_Controller: "controller",
  x_Pod: "pod",
  x_PodUid: "pod_uid",
  x_Container: "container",
  x_Node: "node",
  x_ProviderId: "provider_id",
  x_CpuCost: "cpu_cost",
  x_GpuCost: "gpu_cost",
  x_RamCost: "ram_cost",
  x_PvCost: "pv_cost",
  x_NetworkCost: "network_cost",
  x_LoadBalancerCost: "load_balancer_cost",
  x_TotalCostPrecise: "total_cost_precise",
  x_PriceSource: "price_source",
};

/** Columns of `allocation` that are read. */
export const ALLOCATION_COLUMNS: readonly string[] = [
  ...Object.values(ORIGIN_COLUMNS),
  ...["total_cost", "minutes", "currency", "labels"],
  ...["cpu_core_hours", "ram_byte_hours", "gpu_hours", "pv_byte_hours"],
  ...["network_transfer_bytes", "network_receive_bytes"],
];

function originCells(cells: AllocationCells): Row {
  return Object.fromEntries(
    Object.entries(ORIGIN_COLUMNS).map(([name, column]): [string, CellValue] => [
      name,
      (cells[column] ?? null) as CellValue,
    ]),
  );
}

function number(cells: AllocationCells, name: string): number | null {
  const value = cells[name];
  return typeof value === "number" ? value : null;
}

function text(cells: AllocationCells, name: string): string | null {
  const value = cells[name];
  return typeof value === "string" ? value : null;
}
