import { isDeepStrictEqual } from "node:util";
import type { Terraform } from "../ground/terraform.ts";

/** A difference that a plan right after its apply shows because of the emulator, and would not show on AWS. */
interface FalseDifference {
  /** Type of the resource. */
  readonly type: string;
  /** The only attributes that may differ. */
  readonly attributes: readonly string[];
  readonly reason: string;
}

/** All that is known. What differs in any other way is a failure. */
const KNOWN_FALSE_DIFFERENCES: readonly FalseDifference[] = [
  {
    type: "aws_cloudwatch_metric_alarm",
    attributes: [
      "actions_enabled",
      "alarm_actions",
      "alarm_description",
      "dimensions",
      "ok_actions",
      "period",
      "statistic",
      "treat_missing_data",
    ],
    reason:
      "the emulator keeps these, but its answer to DescribeAlarms in XML, which the provider asks for, has none of them; `assertAlarms` reads them in JSON",
  },
];

/** The attributes of a type of resource that the emulator makes differ. */
export function knownFalseAttributes(type: string): readonly string[] {
  return KNOWN_FALSE_DIFFERENCES.filter((known) => known.type === type).flatMap(
    ({ attributes }) => attributes,
  );
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
      readonly after_unknown: Readonly<Record<string, unknown>>;
    };
  }[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

type ResourceChange = NonNullable<PlanJson["resource_changes"]>[number];

/**
 * What a plan would do, without {@link KNOWN_FALSE_DIFFERENCES}: "address: actions attributes", in order; nothing when
 * it is empty.
 */
export async function plannedChanges(terraform: Terraform, variables: readonly string[]): Promise<string[]> {
  const { changes } = await terraform.plan(["-out=second.tfplan", ...variables]);
  if (!changes) return [];
  const { stdout } = await terraform.run(["show", "-json", "second.tfplan"]);
  return describeChanges(JSON.parse(stdout) as PlanJson);
}

/** The changes of a plan as `terraform show -json` tells them. */
function describeChanges(plan: PlanJson): string[] {
  const resources = (plan.resource_changes ?? []).flatMap((resource) => {
    const actions = resource.change.actions.filter((action) => action !== "no-op" && action !== "read");
    const attributes = differing(resource);
    if (actions.length === 0 || isKnown(resource, attributes)) return [];
    return [`${resource.address}: ${actions.join(" and ")} ${attributes.join(", ")}`.trimEnd()];
  });
  const outputs = Object.entries(plan.output_changes ?? {}).flatMap(([name, { actions }]) =>
    actions.every((action) => action === "no-op") ? [] : [`output ${name}: ${actions.join(" and ")}`],
  );
  return [...resources, ...outputs].sort();
}

function differing({ change: { before, after, after_unknown } }: ResourceChange): string[] {
  if (before === null || after === null) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(after_unknown)]);
  return [...names]
    .filter((name) => after_unknown[name] === true || !isDeepStrictEqual(before[name], after[name]))
    .sort();
}

function isKnown({ type, change }: ResourceChange, attributes: readonly string[]): boolean {
  return (
    isDeepStrictEqual(change.actions, ["update"]) &&
    KNOWN_FALSE_DIFFERENCES.some(
      (known) => known.type === type && attributes.every((name) => known.attributes.includes(name)),
    )
  );
}
