import * as z from "zod";
import { MAX_NAME_PREFIX_LENGTH } from "../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { ConfigError } from "./errors.ts";

/** What one deployment's reconciler is told. */
export interface Settings {
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
}

const REGION = /^[a-z]{2}[a-z-]*-\d$/;

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

/** The regions of a comma list: trimmed, each once, `fallback` when the list is blank. */
export function parseRegions(list: string, fallback: string): string[] {
  const regions = list
    .split(",")
    .map((region) => region.trim())
    .filter((region) => region !== "");
  return [...new Set(regions.length > 0 ? regions : [fallback])];
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
    /^arn:[^:]+:iam::\d{12}:policy\//,
    {
      error: ({ input }) => `is "${String(input)}"; expected the ARN of an IAM policy`,
    },
  ),
  ORPHAN_GRACE_HOURS: count(24, 24 * 365),
  MAX_DELETES_PER_RUN: count(10, 5000),
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
  };
}
