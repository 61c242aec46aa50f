import type { Setting } from "../../tools/policy-decisions/decision.ts";
import { OTHER_ACCOUNT, type PlaceholderValues } from "../../tools/policy-decisions/placeholders.ts";

/** A way to deploy the account stack that makes a difference to its policy documents. */
export interface Way {
  readonly name: string;
  readonly on: readonly Setting[];
}

const BESIDE: readonly Setting[] = ["kms", "cluster users", "pod identity", "readers", "replication"];

/** The ways with everything on: together they decide every row but those about something that is off. */
export const FULL_WAYS: readonly Way[] = [
  { name: "with everything and roles", on: BESIDE },
  { name: "with everything and create_iam_user", on: ["iam user", ...BESIDE] },
];

/** Every way in which the table's rows are decided: together they decide all of them. */
export const WAYS: readonly Way[] = [
  { name: "with the defaults", on: [] },
  { name: "with create_iam_user", on: ["iam user"] },
  ...FULL_WAYS,
];

interface Effect {
  /** What is true in the synthesized stack, as it is written there. */
  readonly conditions: readonly string[];
  /** The Terraform variables that switch it on. */
  readonly variables: (values: PlaceholderValues) => Readonly<Record<string, string>>;
}

const EFFECTS: Readonly<Record<Setting, Effect>> = {
  kms: { conditions: ["local.use_kms"], variables: ({ key }) => ({ kms_key_arn: key }) },
  "iam user": { conditions: [], variables: () => ({ create_iam_user: "true" }) },
  "cluster users": {
    conditions: [],
    variables: ({ cluster }) => ({ iam_users: JSON.stringify({ [cluster]: "prod-writer" }) }),
  },
  "pod identity": {
    conditions: ["local.use_pod_identity"],
    variables: () => ({ pod_identity_clusters: JSON.stringify(["prod"]) }),
  },
  // Not of this stack, but of the module beside it.
  "region events": { conditions: [], variables: () => ({}) },
  readers: {
    conditions: ["length(var.additional_reader_arns) > 0"],
    variables: ({ reader }) => ({ additional_reader_arns: JSON.stringify([reader]) }),
  },
  replication: {
    conditions: ["local.replicate", 'var.replication_kms_key_arn != ""'],
    variables: (values) => ({
      replication_bucket_arn: values["central bucket"],
      replication_account_id: OTHER_ACCOUNT,
      replication_kms_key_arn: values["central key"],
    }),
  },
};

/** What is true in the synthesized stack unless it is switched off. */
const BY_DEFAULT = ["var.create_query_tables"];

/** What is true in the synthesized stack where these settings are on. */
export function conditionsOf(on: readonly Setting[]): string[] {
  return [...BY_DEFAULT, ...on.flatMap((setting) => EFFECTS[setting].conditions)];
}

/** Terraform's arguments for these settings. */
export function variablesOf(on: readonly Setting[], values: PlaceholderValues): string[] {
  return on
    .flatMap((setting) => Object.entries(EFFECTS[setting].variables(values)))
    .map(([name, value]) => `-var=${name}=${value}`);
}
