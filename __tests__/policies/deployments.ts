import type { PolicyDocument } from "../../contract/policy-document.ts";
import { OTHER_REGION, placeholderValues } from "../../tools/policy-decisions/placeholders.ts";
import { evaluatePolicy, synthesizeAccount, type AccountJson } from "../support/account-json.ts";
import { ACCOUNT } from "../support/decide.ts";
import { synthesizeRegionEvents } from "../support/region-events-json.ts";
import { DOCUMENT_ARGUMENTS, type Deployment, type Documents } from "./documents.ts";
import { conditionsOf, WAYS } from "./ways.ts";

type StackJson = Pick<AccountJson, "resource" | "locals">;

/** Where the deployments of {@link synthesizedDeployments} are. */
export const PLACE = { partition: "aws", account: ACCOUNT, region: "eu-west-1" } as const;

/** The synthesized stack, deployed in every way, and with the module `region-events` in another region. */
export function synthesizedDeployments(): Deployment[] {
  const json = synthesizeAccount();
  const ways = WAYS.map(({ name, on }): Deployment => {
    return { name, on: new Set(on), documents: synthesizedDocuments(json, conditionsOf(on)) };
  });
  const documents = new Map([...synthesizedDocuments(json, conditionsOf([])), ...regionEventsDocuments()]);
  return [...ways, { name: "with events forwarded", on: new Set(["region events"]), documents }];
}

function regionEventsDocuments(): Documents {
  const text = JSON.stringify(synthesizeRegionEvents())
    .replaceAll("${data.aws_region.current.id}", OTHER_REGION[PLACE.partition] ?? "")
    .replaceAll("${var.home_region}", PLACE.region);
  return synthesizedDocuments(JSON.parse(text) as StackJson, []);
}

/** What statements of the synthesized stack's documents depend on, as it is written there. */
export function statementConditions(): string[] {
  const text = JSON.stringify(synthesizeAccount().resource);
  const found = [...text.matchAll(/\[for statement in local\.\w+ : statement if (.+?)\]/g)];
  return [...new Set(found.map(([, condition = ""]) => condition.replaceAll('\\"', '"')))];
}

/** Every document of a synthesized stack, as Terraform makes it where `conditions`, as `local.use_kms`, hold. */
function synthesizedDocuments(json: StackJson, conditions: readonly string[]): Documents {
  const found = new Map<string, PolicyDocument>();
  for (const [type, blocks] of Object.entries(json.resource)) {
    for (const [id, block] of Object.entries(blocks)) {
      for (const [argument, suffix] of DOCUMENT_ARGUMENTS) {
        if (!(argument in block)) continue;
        found.set(`${type}.${id}${suffix}`, evaluated(json, String(block[argument]), conditions));
      }
    }
  }
  return found;
}

const OF_EACH_CLUSTER = /^\$\{replace\((.*), "(\w+)", local\.cluster_prefixes\[each\.key\]\)\}$/;

function evaluated(json: StackJson, expression: string, conditions: readonly string[]): PolicyDocument {
  const [, document, placeholder = ""] = OF_EACH_CLUSTER.exec(expression) ?? [];
  if (document === undefined) return evaluatePolicy(json, expression, conditions);
  const text = JSON.stringify(evaluatePolicy(json, `\${${document}}`, conditions));
  return JSON.parse(text.replaceAll(placeholder, placeholderValues(PLACE)["own prefix"])) as PolicyDocument;
}
