import * as z from "zod";
import { MAX_NAME_PREFIX_LENGTH } from "../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { s3ViaService, type EncryptionKey } from "../contract/policies/encryption-key.ts";
import { ConfigError } from "./errors.ts";
import type { ClusterSelection } from "./reconcile/selection.ts";

/** What one deployment's reconciler is told. `CLUSTER_INCLUDE` and `CLUSTER_EXCLUDE` are comma lists, empty by default. */
export interface Settings extends ClusterSelection {
  /** `DEPLOYMENT_BUCKET`: the bucket's name, which is also the deployment id. */
  readonly bucket: string;
  /** `NAME_PREFIX`: names and path of every role derive from it. */
  readonly namePrefix: string;
  /** `KEY_PREFIX`: where clusters' data lives in the bucket; `""` is its root. @default DEFAULT_KEY_PREFIX */
  readonly keyPrefix: string;
  /** `INCLUDE_REGIONS`: comma list. @default the function's own region, `AWS_REGION` */
  readonly regions: readonly string[];
  /** `BOUNDARY_ARN`: permissions boundary that every role carries. */
  readonly boundaryArn: string;
  /** `ORPHAN_GRACE_HOURS`: how long a role outlives its cluster. 0 deletes in the run that finds it. @default 24 */
  readonly orphanGraceHours: number;
  /** `MAX_DELETES_PER_RUN`: when more are due, none is deleted. 0 never deletes. @default 10 */
  readonly maxDeletesPerRun: number;
  /** `DELETE_ROLES_ON_DESTROY`: whether the delete event removes this deployment's roles. @default true */
  readonly deleteRolesOnDestroy: boolean;
  /** `POD_IDENTITY_CLUSTERS`: comma list of name patterns of clusters whose pods get the role by EKS Pod Identity. @default none */
  readonly podIdentityClusters: readonly string[];
  /** `QUERY_TABLES`: comma list of the Glue tables, in the deployment's database, whose lists of clusters are kept. @default none */
  readonly queryTables?: readonly string[] | undefined;
  /** `KMS_KEY_ARN`: what the bucket encrypts with, and every role may use. @default none */
  readonly encryptionKey?: EncryptionKey | undefined;
}

const REGION = /^[a-z]{2}[a-z-]*-\d{1,2}$/;
const CLUSTER_PATTERN = /^[A-Za-z0-9_*-]+$/;
const QUERY_TABLE = /^[a-z0-9_]+$/;
const KMS_KEY = /^arn:[^:]+:kms:([^:]+):\d{12}:key\/.+$/;

function count(fallback: number, highest: number) {
  return z
    .string()
    .trim()
    .default("")
    .transform((text) => (text === "" ? String(fallback) : text))
    .refine((text) => /^\d+$/.test(text) && Number(text) <= highest, {
      error: ({ input }) => `is "${String(input)}"; expected a whole number from 0 to ${highest}`,
    })
    .transform(Number);
}

function required(meaning: string) {
  return z
    .string({ error: `is not set; set it to ${meaning}` })
    .trim()
    .min(1, `is empty; set it to ${meaning}`);
}

/** The items of a comma list: trimmed, each once, no empty ones. */
function parseList(list: string): string[] {
  const items = list.split(",").map((item) => item.trim());
  return [...new Set(items.filter((item) => item !== ""))];
}

/** The regions of a comma list: trimmed, each once, `fallback` when the list is blank. */
export function parseRegions(list: string, fallback: string): string[] {
  const regions = parseList(list);
  return regions.length > 0 ? regions : [fallback];
}

/**
 * The patterns of a comma list.
 * @throws Error that names those which no cluster's name can have
 */
export function parseClusterPatterns(list: string): string[] {
  const patterns = parseList(list);
  const invalid = patterns.filter((pattern) => !CLUSTER_PATTERN.test(pattern));
  if (invalid.length === 0) return patterns;
  throw new Error(
    `names "${invalid.join('", "')}"; expected names of clusters, with * for any characters, such as "dev-*"`,
  );
}

/**
 * The tables of a comma list; none for a blank one.
 * @throws Error that names those which no table of a dataset can have
 */
function parseTables(list: string): string[] | undefined {
  const tables = parseList(list);
  const invalid = tables.filter((table) => !QUERY_TABLE.test(table));
  if (invalid.length > 0) {
    throw new Error(
      `names "${invalid.join('", "')}"; expected names of Glue tables, such as "allocation_v1"`,
    );
  }
  return tables.length > 0 ? tables : undefined;
}

/**
 * The key of an ARN, none for an empty one. S3 takes only a key of the bucket's own region, so the ARN says that too.
 * @throws Error for anything else
 */
export function parseEncryptionKey(arn: string): EncryptionKey | undefined {
  if (arn === "") return undefined;
  const region = KMS_KEY.exec(arn)?.[1];
  if (region !== undefined) return { arn, viaService: s3ViaService(region) };
  throw new Error(`is "${arn}"; expected the ARN of a KMS key, not of an alias`);
}

/** Text that `parse` reads; what it throws is the problem. */
function parsed<T>(parse: (text: string) => T) {
  return z
    .string()
    .trim()
    .default("")
    .transform((text, context) => {
      try {
        return parse(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    });
}

const Environment = z.object({
  AWS_REGION: z.string().default(""),
  DEPLOYMENT_BUCKET: required("the name of the deployment's bucket"),
  NAME_PREFIX: required("the deployment's name prefix").max(
    MAX_NAME_PREFIX_LENGTH,
    `is longer than ${MAX_NAME_PREFIX_LENGTH} characters; shorten the name prefix`,
  ),
  KEY_PREFIX: z
    .string()
    .default(DEFAULT_KEY_PREFIX)
    .refine((prefix) => !prefix.startsWith("/") && !prefix.endsWith("/"), {
      error: ({ input }) => `is "${String(input)}"; remove the slash at its start or end`,
    }),
  INCLUDE_REGIONS: z.string().default(""),
  BOUNDARY_ARN: required("the ARN of the roles' permissions boundary").regex(
    /^arn:[^:]+:iam::(\d{12}|aws):policy\//,
    {
      error: ({ input }) => `is "${String(input)}"; expected the ARN of an IAM policy`,
    },
  ),
  ORPHAN_GRACE_HOURS: count(24, 24 * 365),
  MAX_DELETES_PER_RUN: count(10, 5000),
  CLUSTER_INCLUDE: parsed(parseClusterPatterns),
  CLUSTER_EXCLUDE: parsed(parseClusterPatterns),
  POD_IDENTITY_CLUSTERS: parsed(parseClusterPatterns),
  QUERY_TABLES: parsed(parseTables),
  KMS_KEY_ARN: parsed(parseEncryptionKey),
  DELETE_ROLES_ON_DESTROY: z
    .string()
    .trim()
    .default("true")
    .refine((text) => text === "true" || text === "false", {
      error: ({ input }) => `is "${String(input)}"; expected "true" or "false"`,
    })
    .transform((text) => text === "true"),
});

/** Those of a list that cannot be a region's name. */
export function invalidRegions(regions: readonly string[]): string[] {
  return regions.filter((region) => !REGION.test(region));
}

function regionProblems(regions: readonly string[]): string[] {
  return invalidRegions(regions).map((region) =>
    region === ""
      ? "INCLUDE_REGIONS is blank and AWS_REGION is not set; set one of them"
      : `INCLUDE_REGIONS names "${region}"; expected a region such as "eu-west-1"`,
  );
}

/**
 * Reads the settings once, at the start of an invocation.
 * @throws ConfigError that lists every problem, not only the first
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const parsed = Environment.safeParse(environment);
  const regions = parseRegions(environment["INCLUDE_REGIONS"] ?? "", environment["AWS_REGION"] ?? "");
  const problems = [
    ...(parsed.error?.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`) ?? []),
    ...regionProblems(regions),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(`Cannot read the environment: ${problems.join("; ")}`);
  }
  const values = parsed.data;
  return {
    bucket: values.DEPLOYMENT_BUCKET,
    namePrefix: values.NAME_PREFIX,
    keyPrefix: values.KEY_PREFIX,
    regions,
    boundaryArn: values.BOUNDARY_ARN,
    orphanGraceHours: values.ORPHAN_GRACE_HOURS,
    maxDeletesPerRun: values.MAX_DELETES_PER_RUN,
    deleteRolesOnDestroy: values.DELETE_ROLES_ON_DESTROY,
    clusterInclude: values.CLUSTER_INCLUDE,
    clusterExclude: values.CLUSTER_EXCLUDE,
    podIdentityClusters: values.POD_IDENTITY_CLUSTERS,
    queryTables: values.QUERY_TABLES,
    encryptionKey: values.KMS_KEY_ARN,
  };
}
