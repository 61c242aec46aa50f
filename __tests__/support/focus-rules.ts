/** What FOCUS 1.3 says of a column of Cost and Usage; written from its specification, not from the dictionary. */
export interface FocusRule {
  readonly column: string;
  readonly level: "Mandatory" | "Conditional" | "Recommended";
  readonly type: "String" | "Decimal" | "Date/Time" | "JSON";
  readonly nulls: boolean;
  readonly allowed?: readonly string[];
}

type RuleRow = readonly [
  column: string,
  level: FocusRule["level"],
  type: FocusRule["type"],
  nulls: boolean,
  allowed?: readonly string[],
];

const SERVICE_CATEGORIES = [
  ...[
    "AI and Machine Learning",
    "Analytics",
    "Business Applications",
    "Compute",
    "Databases",
    "Developer Tools",
  ],
  ...[
    "Identity",
    "Integration",
    "Internet of Things",
    "Management and Governance",
    "Media",
    "Migration",
    "Mobile",
  ],
  ...["Multicloud", "Networking", "Security", "Storage", "Web", "Other"],
];

const ROWS: readonly RuleRow[] = [
  ["AllocatedMethodDetails", "Recommended", "JSON", true],
  ["AllocatedMethodId", "Conditional", "String", true],
  ["AllocatedResourceId", "Conditional", "String", true],
  ["AllocatedResourceName", "Conditional", "String", true],
  ["AllocatedTags", "Conditional", "JSON", true],
  ["BilledCost", "Mandatory", "Decimal", false],
  ["BillingAccountId", "Mandatory", "String", false],
  ["BillingAccountName", "Mandatory", "String", true],
  ["BillingCurrency", "Mandatory", "String", false],
  ["BillingPeriodEnd", "Mandatory", "Date/Time", false],
  ["BillingPeriodStart", "Mandatory", "Date/Time", false],
  ["ChargeCategory", "Mandatory", "String", false, ["Usage", "Purchase", "Tax", "Credit", "Adjustment"]],
  ["ChargeClass", "Mandatory", "String", true, ["Correction"]],
  ["ChargeDescription", "Mandatory", "String", true],
  ["ChargeFrequency", "Recommended", "String", false, ["One-Time", "Recurring", "Usage-Based"]],
  ["ChargePeriodEnd", "Mandatory", "Date/Time", false],
  ["ChargePeriodStart", "Mandatory", "Date/Time", false],
  ["ConsumedQuantity", "Conditional", "Decimal", true],
  ["ConsumedUnit", "Conditional", "String", true],
  ["ContractedCost", "Mandatory", "Decimal", false],
  ["EffectiveCost", "Mandatory", "Decimal", false],
  ["HostProviderName", "Mandatory", "String", true],
  ["InvoiceIssuerName", "Mandatory", "String", false],
  ["ListCost", "Mandatory", "Decimal", false],
  ["PricingCategory", "Conditional", "String", true, ["Standard", "Dynamic", "Committed", "Other"]],
  ["PricingQuantity", "Mandatory", "Decimal", true],
  ["PricingUnit", "Mandatory", "String", true],
  ["ProviderName", "Mandatory", "String", false],
  ["PublisherName", "Mandatory", "String", false],
  ["RegionId", "Conditional", "String", true],
  ["RegionName", "Conditional", "String", true],
  ["ResourceId", "Conditional", "String", true],
  ["ResourceName", "Conditional", "String", true],
  ["ResourceType", "Conditional", "String", true],
  ["ServiceCategory", "Mandatory", "String", false, SERVICE_CATEGORIES],
  ["ServiceName", "Mandatory", "String", false],
  ["ServiceProviderName", "Mandatory", "String", false],
  // Those of the parent Compute.
  [
    "ServiceSubcategory",
    "Recommended",
    "String",
    false,
    [
      "Containers",
      "End User Computing",
      "Quantum Compute",
      "Serverless Compute",
      "Virtual Machines",
      "Other (Compute)",
    ],
  ],
  ["SubAccountId", "Conditional", "String", true],
  ["SubAccountName", "Conditional", "String", true],
  ["Tags", "Conditional", "JSON", true],
];

/** The mandatory columns, and those of the others that a split of a cluster's cost has. */
export const FOCUS_RULES: readonly FocusRule[] = ROWS.map(([column, level, type, nulls, allowed]) => ({
  column,
  level,
  type,
  nulls,
  ...(allowed ? { allowed } : {}),
}));

/** What is wrong with a row by a rule; undefined when nothing is. */
export function focusProblem(rule: FocusRule, value: unknown): string | undefined {
  if (value === undefined || value === null) return rule.nulls ? undefined : `${rule.column} is null`;
  if (rule.allowed && !rule.allowed.includes(String(value)))
    return `${rule.column} is ${JSON.stringify(value)}, which is not allowed`;
  return fits(rule.type, value) ? undefined : `${rule.column} is no ${rule.type}: ${String(value)}`;
}

function fits(type: FocusRule["type"], value: unknown): boolean {
  switch (type) {
    case "Decimal":
      return typeof value === "number" && Number.isFinite(value);
    case "Date/Time":
      return value instanceof Date && !Number.isNaN(value.getTime());
    case "String":
      // StringHandling: an empty text or one of blanks says nothing, and null is for that.
      return typeof value === "string" && value.trim() !== "";
    case "JSON":
      return typeof value === "string" && typeof JSON.parse(value) === "object";
  }
}
