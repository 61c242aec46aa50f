import type { Column, ColumnType, Dataset } from "./column.ts";

// Column ids, allowed values and nullability: FOCUS 1.3, dataset Cost and Usage
// (https://focus.finops.org/focus-specification/, github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec).

/** Name of the method by which the cluster's cost is split: AllocatedMethodId. docs/focus.md describes it. */
export const ALLOCATED_METHOD_ID = "OpenCost-MaxOfRequestAndUsage";

/** What the rows are a part of: the cluster's hour. The origin charge of every allocated charge. */
export const FOCUS_CONSTANTS = {
  chargeCategory: "Usage",
  chargeFrequency: "Usage-Based",
  pricingCategory: "Standard",
  hours: "Hours",
  provider: "AWS",
  serviceCategory: "Compute",
  serviceSubcategory: "Containers",
  serviceName: "Amazon Elastic Kubernetes Service",
  resourceType: "EKS Cluster",
} as const;

function column(
  name: string,
  type: ColumnType,
  rule: string,
  meaning: string,
  more: Partial<Column> = {},
): Column {
  return { name, type, nullable: false, source: { from: "derived", rule }, meaning, ...more };
}

function text(name: string, rule: string, meaning: string): Column {
  return column(name, "string", rule, meaning);
}

function optional(name: string, rule: string, meaning: string): Column {
  return column(name, "string", rule, meaning, { nullable: true });
}

function instant(name: string, rule: string, meaning: string): Column {
  return column(name, "timestamp", rule, meaning);
}

function cost(name: string, rule: string, meaning: string): Column {
  return column(name, "double", rule, meaning, { unit: "currency" });
}

function part(name: string, from: string, meaning: string): Column {
  return column(name, "double", `allocation.${from}`, meaning, { unit: "currency", nullable: true });
}

function origin(name: string, from: string, meaning: string): Column {
  return optional(name, `allocation.${from}`, meaning);
}

const HOURS = { unit: "hours" };

/** FOCUS 1.3 rows of the cluster's cost, split as OpenCost does. Custom columns begin with x_, as FOCUS demands. */
export const focus: Dataset = {
  name: "focus",
  derivedFrom: "allocation",
  version: 1,
  grain:
    "One row of allocation as a FOCUS 1.3 charge: the part of the cluster's hour that is allocated to a container, or to none",
  key: ["x_RowKind", "x_Namespace", "x_ControllerKind", "x_Controller", "x_Pod", "x_Container"],
  columns: [
    {
      name: "ChargePeriodStart",
      type: "timestamp",
      nullable: false,
      source: { from: "run", value: "hour_start" },
      meaning: "First instant of the hour the row is about",
    },
    {
      name: "x_ClusterArn",
      type: "string",
      nullable: false,
      source: { from: "run", value: "cluster_arn" },
      meaning: "The EKS cluster the row is about",
    },
    instant("ChargePeriodEnd", "the hour's end", "First instant after the hour"),
    instant("BillingPeriodStart", "first instant of the hour's month, UTC", "First instant of the month"),
    instant("BillingPeriodEnd", "first instant of the next month, UTC", "First instant after the month"),
    text(
      "BillingAccountId",
      "account in --cluster-arn",
      "The cluster's AWS account; who pays for it is not known in a cluster",
    ),
    optional("BillingAccountName", "null", "Not known in a cluster"),
    text("SubAccountId", "account in --cluster-arn", "The cluster's AWS account"),
    optional("SubAccountName", "null", "Not known in a cluster"),
    text("BillingCurrency", "allocation.currency", "Currency of every cost"),
    cost(
      "BilledCost",
      "0",
      "Always 0: the invoice is AWS', and FOCUS allows no other cost to who does not issue it, so that nothing counts twice beside AWS' own FOCUS export",
    ),
    cost("EffectiveCost", "allocation.total_cost", "Cost by OpenCost's prices"),
    cost(
      "ListCost",
      "allocation.total_cost",
      "The same: prices are list prices or those configured in OpenCost",
    ),
    cost("ContractedCost", "allocation.total_cost", "The same: a cluster does not know what was negotiated"),
    text("ChargeCategory", FOCUS_CONSTANTS.chargeCategory, "What kind of charge it is"),
    optional("ChargeClass", "null", "Corrections only; there are none"),
    text("ChargeDescription", "of row_kind and what it names", "The charge in words"),
    text("ChargeFrequency", FOCUS_CONSTANTS.chargeFrequency, "How often it is charged"),
    column(
      "PricingQuantity",
      "double",
      "allocation.minutes / 60; 1 where that is not known",
      "Hours in which it existed",
      HOURS,
    ),
    text("PricingUnit", FOCUS_CONSTANTS.hours, "Unit of PricingQuantity"),
    text("PricingCategory", FOCUS_CONSTANTS.pricingCategory, "How it is priced"),
    column("ConsumedQuantity", "double", "as PricingQuantity", "Hours in which it existed", HOURS),
    text("ConsumedUnit", FOCUS_CONSTANTS.hours, "Unit of ConsumedQuantity"),
    text("InvoiceIssuerName", FOCUS_CONSTANTS.provider, "Who issues the invoice of the origin charge"),
    text("ProviderName", FOCUS_CONSTANTS.provider, "Deprecated by FOCUS 1.3 and still mandatory"),
    text("PublisherName", FOCUS_CONSTANTS.provider, "Deprecated by FOCUS 1.3 and still mandatory"),
    text("ServiceProviderName", FOCUS_CONSTANTS.provider, "Who provides the service"),
    text("HostProviderName", FOCUS_CONSTANTS.provider, "Whose infrastructure it runs on"),
    text("ServiceCategory", FOCUS_CONSTANTS.serviceCategory, "FOCUS' category of the service"),
    text("ServiceSubcategory", FOCUS_CONSTANTS.serviceSubcategory, "FOCUS' subcategory of the service"),
    text("ServiceName", FOCUS_CONSTANTS.serviceName, "Name of the service"),
    text("RegionId", "region in --cluster-arn", "AWS region of the cluster"),
    text("RegionName", "region in --cluster-arn", "AWS region of the cluster, by its id"),
    text("ResourceId", "--cluster-arn", "The origin charge's resource: the cluster"),
    text("ResourceName", "name in --cluster-arn", "Name of the cluster"),
    text("ResourceType", FOCUS_CONSTANTS.resourceType, "What the resource is"),
    optional("Tags", "null", "Tags of the cluster in AWS; not known in a cluster"),
    text("AllocatedMethodId", ALLOCATED_METHOD_ID, "How the cluster's cost is split: docs/focus.md"),
    {
      ...optional(
        "AllocatedMethodDetails",
        "one element for each kind of cost of the row, with its share of the cluster's hour; null where the hour costs nothing",
        "Shares of the origin charge, with what they were measured by; all rows' shares of an hour are 1",
      ),
      unit: "JSON",
    },
    optional(
      "AllocatedResourceId",
      "<namespace>/<pod>/<container>; null on idle and unallocated rows",
      "What the cost is allocated to",
    ),
    optional(
      "AllocatedResourceName",
      "<pod>/<container>; null where AllocatedResourceId is",
      "The same, to be shown",
    ),
    {
      ...optional("AllocatedTags", "allocation.labels", "Labels of what the cost is allocated to"),
      unit: "JSON",
    },
    text("x_RowKind", "allocation.row_kind", "workload, idle, unmounted or unallocated"),
    origin("x_Namespace", "namespace", "Kubernetes namespace"),
    origin("x_ControllerKind", "controller_kind", "deployment, statefulset, daemonset, job …"),
    origin("x_Controller", "controller", "Name of the controller"),
    origin("x_Pod", "pod", "Name of the pod"),
    origin("x_PodUid", "pod_uid", "UID of the pod"),
    origin("x_Container", "container", "Name of the container"),
    origin("x_Node", "node", "Node the pod ran on"),
    origin("x_ProviderId", "provider_id", "Instance id of the node"),
    part("x_CpuCost", "cpu_cost", "CPU cost"),
    part("x_GpuCost", "gpu_cost", "GPU cost"),
    part("x_RamCost", "ram_cost", "Memory cost"),
    part("x_PvCost", "pv_cost", "Persistent volume cost"),
    part("x_NetworkCost", "network_cost", "Network cost"),
    part("x_LoadBalancerCost", "load_balancer_cost", "Load balancer cost"),
    part("x_TotalCostPrecise", "total_cost_precise", "All costs without OpenCost's rounding"),
    origin("x_PriceSource", "price_source", "Where the prices come from"),
  ],
  queries: [],
  totals: ["EffectiveCost", "ListCost", "ContractedCost", "BilledCost", "x_TotalCostPrecise"],
};
