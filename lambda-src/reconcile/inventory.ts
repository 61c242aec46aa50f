import * as z from "zod";
import { ConfigError } from "../errors.ts";
import type { Deployment, Observation } from "./model.ts";

/** An account as it was seen at one instant: what a plan can be made from without asking AWS. */
export interface Inventory {
  readonly version: 1;
  /** ISO instant; the plan's "now". */
  readonly observedAt: string;
  readonly deployment: Deployment;
  readonly observation: Observation;
}

const outline = {
  name: z.string(),
  path: z.string(),
  tags: z.record(z.string(), z.string()),
  trust: z.unknown(),
  inlinePolicies: z.record(z.string(), z.unknown()),
  boundaryArn: z.string().optional(),
};

const Role = z.union([
  z.object({ ...outline, detail: z.literal("brief") }),
  // Inventories recorded before there were brief readings do not say what they are.
  z.object({
    ...outline,
    detail: z.literal("full").default("full"),
    attachedPolicies: z.array(z.string()),
  }),
]);

const Cluster = z.object({
  arn: z.string(),
  name: z.string(),
  status: z.string(),
  issuer: z.string().optional(),
  associations: z
    .array(
      z.object({
        id: z.string(),
        serviceAccount: z.string(),
        roleArn: z.string(),
        tags: z.record(z.string(), z.string()),
      }),
    )
    .optional(),
  problem: z.string().optional(),
});

const Region = z.discriminatedUnion("state", [
  z.object({ region: z.string(), state: z.literal("complete"), clusters: z.array(Cluster) }),
  z.object({ region: z.string(), state: z.literal("failed"), reason: z.string() }),
]);

const Lookup = z.discriminatedUnion("state", [
  z.object({ arn: z.string(), state: z.literal("absent") }),
  z.object({ arn: z.string(), state: z.literal("present") }),
  z.object({ arn: z.string(), state: z.literal("unknown"), reason: z.string() }),
]);

const Inventory = z.object({
  version: z.literal(1),
  observedAt: z.iso.datetime(),
  deployment: z.object({
    partition: z.string(),
    account: z.string().regex(/^\d{12}$/),
    bucket: z.string(),
    formerBucket: z.string().optional(),
    namePrefix: z.string(),
    keyPrefix: z.string(),
    regions: z.array(z.string()).min(1),
    boundaryArn: z.string(),
    orphanGraceHours: z.number().min(0),
    maxDeletesPerRun: z.number().int().min(0),
    deleteRolesOnDestroy: z.boolean(),
    clusterInclude: z.array(z.string()),
    clusterExclude: z.array(z.string()),
    // Not in inventories recorded before there was Pod Identity.
    podIdentityClusters: z.array(z.string()).default([]),
    encryptionKey: z.object({ arn: z.string(), viaService: z.string() }).optional(),
  }),
  observation: z.object({
    regions: z.array(Region),
    roles: z.array(Role),
    unreadableRoles: z.array(z.object({ name: z.string(), reason: z.string() })),
    oidcProviders: z.array(z.string()),
    lookups: z.array(Lookup),
  }),
});

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`Cannot read the inventory "${origin}": it is not JSON`, { cause: error });
  }
}

/**
 * Reads a recorded inventory; `origin` names it in messages.
 * @throws ConfigError that lists every problem
 */
export function parseInventory(text: string, origin: string): Inventory {
  const parsed = Inventory.safeParse(parseJson(text, origin));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`,
  );
  throw new ConfigError(`Cannot read the inventory "${origin}": ${problems.join("; ")}`);
}
