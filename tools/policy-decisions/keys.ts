import type { Allowed, Denial, Who } from "./decision.ts";

/** A key is the caller's own, and its policy leaves the decision to the account's IAM policies, as KMS's default does. */
const VIA_S3 = { "kms:ViaService": "{via S3}" };

const NOT_ITSELF: readonly Denial[] = [
  { change: { key: "kms:ViaService", value: undefined }, why: "not by itself, only through S3" },
  { change: { key: "kms:ViaService", value: "{via Lambda}" }, why: "through S3 only" },
];

const useOf = (who: Who, action: string, why: string, ...more: readonly Denial[]): Allowed => ({
  who,
  action,
  resource: "{key}",
  context: VIA_S3,
  when: "kms",
  why,
  unless: [{ change: { resource: "{other key}" }, why: "the bucket's key only" }, ...NOT_ITSELF, ...more],
});

const without = (why: string): Denial => ({ change: { off: "kms" }, why });
const NO_KEY = without("where the bucket has no key, none is given");

const writesWithKey = (who: Who, ...more: readonly Denial[]): Allowed[] => [
  useOf(who, "kms:GenerateDataKey", "writes objects under the bucket's key", ...more),
  useOf(
    who,
    "kms:Decrypt",
    "goes on with a multipart upload, and reads back what it wrote",
    { change: { action: "kms:Encrypt" }, why: "S3 asks for data keys" },
    { change: { action: "kms:ScheduleKeyDeletion", context: {} }, why: "the key is not its own" },
  ),
];

/** Who may use the bucket's KMS key, and only through S3. */
export const KEY_DECISIONS: readonly Allowed[] = [
  ...writesWithKey("cluster role", NO_KEY),
  ...writesWithKey("cluster role with a policy of everything", NO_KEY),
  ...writesWithKey("IAM user", NO_KEY),
  ...writesWithKey("cluster user"),
  ...writesWithKey("execution role", NO_KEY),
  useOf(
    "reader role",
    "kms:Decrypt",
    "reads objects under the bucket's key",
    { change: { action: "kms:GenerateDataKey" }, why: "reads, never writes" },
    NO_KEY,
  ),
];
