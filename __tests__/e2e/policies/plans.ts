import assert from "node:assert/strict";
import { join } from "node:path";
import type { PolicyDocument } from "../../../contract/policy-document.ts";
import { placeholderValues, type Place } from "../../../tools/policy-decisions/placeholders.ts";
import { DOCUMENT_ARGUMENTS, type Deployment, type Documents } from "../../policies/documents.ts";
import { FULL_WAYS, variablesOf, WAYS, type Way } from "../../policies/ways.ts";
import { emulatorEnv, EMULATED_ACCOUNT, type Emulator } from "../ground/ministack.ts";
import { openTerraform, type Terraform } from "../ground/terraform.ts";
import { startPartitionFront } from "./partition-front.ts";

/** A region of each partition that a stack can be planned in without an account of that partition. */
export const PLACES: readonly [Place, ...Place[]] = [
  { partition: "aws", account: EMULATED_ACCOUNT, region: "eu-west-1" },
  { partition: "aws-cn", account: EMULATED_ACCOUNT, region: "cn-north-1" },
  { partition: "aws-us-gov", account: EMULATED_ACCOUNT, region: "us-gov-west-1" },
];

/** The documents of a real plan. */
export interface PlannedDeployment extends Deployment {
  readonly place: Place;
  /** What `terraform show -json` said. */
  readonly plan: string;
}

/** Plans the account stack in a place: in every way in the first one, with everything on in the others. */
export async function planIn(
  place: Place,
  emulator: Emulator,
  folder: string,
  directory: string,
): Promise<PlannedDeployment[]> {
  const front = await startPartitionFront(emulator.url, place.partition);
  try {
    const env = emulatorEnv(front.url, place.region);
    const terraform = await openTerraform(folder, env, join(directory, `${place.region}.log`));
    return await planWays(place, place === PLACES[0] ? WAYS : FULL_WAYS, terraform);
  } finally {
    await front.stop();
  }
}

/** Plans the account stack in several ways; Terraform is that of the place, and initialized. */
export async function planWays(
  place: Place,
  ways: readonly Way[],
  terraform: Terraform,
): Promise<PlannedDeployment[]> {
  const planned: PlannedDeployment[] = [];
  for (const { name, on } of ways) {
    const file = `${place.region}.tfplan`;
    await terraform.plan([`-out=${file}`, ...variablesOf(on, placeholderValues(place))]);
    const { stdout: plan } = await terraform.run(["show", "-json", file]);
    planned.push({ name, on: new Set(on), documents: plannedDocuments(plan), place, plan });
  }
  return planned;
}

interface PlanJson {
  readonly planned_values: {
    readonly root_module: {
      readonly resources: readonly {
        readonly address: string;
        readonly values: Readonly<Record<string, unknown>>;
      }[];
    };
  };
}

/** Every policy document of a plan, by address without the index of a `count` or `for_each`. */
function plannedDocuments(plan: string): Documents {
  const { resources } = (JSON.parse(plan) as PlanJson).planned_values.root_module;
  const found = new Map<string, PolicyDocument>();
  for (const { address, values } of resources) {
    for (const [argument, suffix] of DOCUMENT_ARGUMENTS) {
      const document = values[argument];
      if (typeof document !== "string") continue;
      found.set(`${address.replace(/\[.*\]$/, "")}${suffix}`, JSON.parse(document) as PolicyDocument);
    }
  }
  return found;
}

/** Asserts that every ARN is one of the place's partition, and of its account and region unless it was given. */
export function assertAtHome({ documents, place }: PlannedDeployment): void {
  const values = placeholderValues(place);
  const given = [values["central bucket"], values["central key"], values.reader];
  const arns = [...JSON.stringify([...documents.values()]).matchAll(/arn:[^"]*/g)].map(([arn]) => arn);
  assert.ok(arns.length > 0);
  for (const arn of arns) {
    const [, partition, , region = "", account = ""] = arn.split(":");
    assert.equal(partition, place.partition, arn);
    if (given.some((each) => arn.startsWith(each))) continue;
    assert.ok(["", "*", place.region].includes(region), arn);
    assert.ok(["", place.account].includes(account), arn);
  }
}
