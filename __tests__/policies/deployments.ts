import type { Setting } from "../../tools/policy-decisions/decision.ts";
import { synthesizeAccount } from "../support/account-json.ts";
import { ACCOUNT } from "../support/decide.ts";
import { synthesizedDocuments, type Deployment } from "./documents.ts";

/** Where the deployments of {@link synthesizedDeployments} are. */
export const PLACE = { partition: "aws", account: ACCOUNT, region: "eu-west-1" } as const;

/** The locals that a setting makes true. */
const CONDITIONS: Readonly<Record<Setting, readonly string[]>> = {
  kms: ["local.use_kms"],
  "iam user": [],
};

const WAYS: readonly (readonly [name: string, on: readonly Setting[]])[] = [
  ["with the defaults", []],
  ["with create_iam_user", ["iam user"]],
];

/** The synthesized stack, deployed in the ways that make a difference to its policy documents. */
export function synthesizedDeployments(): Deployment[] {
  const json = synthesizeAccount();
  return WAYS.map(([name, on]) => {
    const conditions = on.flatMap((setting) => CONDITIONS[setting]);
    return { name, on: new Set(on), documents: synthesizedDocuments(json, conditions) };
  });
}
