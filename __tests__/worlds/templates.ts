import { clusterRoleName } from "../../contract/names.ts";
import { ACCOUNT } from "../fakes/fake-account.ts";
import type { SettingsCase, World } from "./world.ts";

const REMEMBERED = 10_000;

/** A pure function of a text, remembered. */
function remembered(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size > REMEMBERED) known.clear();
    const found = compute(text);
    known.set(text, found);
    return found;
  };
}

// What the design says that a role looks like, written down a second time: nothing here asks the code under test for
// more than the role's name.

/** What tells one deployment from another. */
export interface Owner {
  readonly prefix: string;
  readonly bucket: string;
}

const FIRST: Owner = { prefix: "nops-container-cost", bucket: `nops-container-cost-${ACCOUNT}` };
const SECONDS = {
  "other-prefix": { prefix: "ci-b", bucket: `ci-b-${ACCOUNT}` },
  "same-prefix": { prefix: FIRST.prefix, bucket: "another-bucket" },
} as const;

/** The deployments of a world, in the order in which they run. */
export function ownersOf({ second }: Pick<World, "second">): readonly Owner[] {
  return second === "none" ? [FIRST] : [FIRST, SECONDS[second]];
}

/** The deployment whose tags a role of "second" has, whether or not that deployment runs. */
export function secondOwner({ second }: Pick<World, "second">): Owner {
  return SECONDS[second === "none" ? "same-prefix" : second];
}

export const TAGS = {
  manager: "container-insights:managed-by",
  deployment: "container-insights:deployment",
  cluster: "container-insights:cluster-arn",
  mark: "container-insights:orphaned-since",
} as const;
export const MANAGER = "role-reconciler";
export const WRITER = "container-insights-writer";
export const NAMESPACE = "nops";
export const SERVICE_ACCOUNT = "nops-container-insights";
export const KEY = {
  arn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`,
  viaService: "s3.eu-west-1.amazonaws.com",
};

/** A cluster by its region and name. */
export interface Place {
  readonly region: string;
  readonly name: string;
}

export function clusterArn({ region, name }: Place): string {
  return `arn:aws:eks:${region}:${ACCOUNT}:cluster/${name}`;
}

const names = remembered((key) => {
  const [prefix = "", region = "", name = ""] = key.split("/");
  return clusterRoleName(prefix, { partition: "aws", account: ACCOUNT, region, name });
});

export function roleName({ prefix }: Owner, { region, name }: Place): string {
  return names(`${prefix}/${region}/${name}`);
}

export function rolePath({ prefix }: Owner): string {
  return `/${prefix}/`;
}

export function roleArn(owner: Owner, place: Place): string {
  return `arn:aws:iam::${ACCOUNT}:role/${owner.prefix}/${roleName(owner, place)}`;
}

export function boundaryArn({ prefix }: Owner): string {
  return `arn:aws:iam::${ACCOUNT}:policy/${prefix}-boundary`;
}

export function providerArn(issuer: string): string {
  return `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.replace("https://", "")}`;
}

/** Tags of a deployment's role or association. */
export function ownTags({ bucket }: Owner, place: Place): Record<string, string> {
  return { [TAGS.manager]: MANAGER, [TAGS.deployment]: bucket, [TAGS.cluster]: clusterArn(place) };
}

export function webIdentityTrust(issuer: string): object {
  const host = issuer.replace("https://", "");
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Federated: providerArn(issuer) },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${host}:aud`]: "sts.amazonaws.com",
          [`${host}:sub`]: `system:serviceaccount:${NAMESPACE}:${SERVICE_ACCOUNT}`,
        },
      },
    },
  };
}

export function podIdentityTrust(place: Place): object {
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:TagSession", "sts:AssumeRole"],
      Condition: {
        StringEquals: {
          "aws:SourceAccount": ACCOUNT,
          "aws:RequestTag/eks-cluster-arn": clusterArn(place),
          "aws:RequestTag/kubernetes-namespace": NAMESPACE,
          "aws:RequestTag/kubernetes-service-account": SERVICE_ACCOUNT,
        },
      },
    },
  };
}

export function writerPolicy(
  { bucket }: Owner,
  { region, name }: Place,
  { kms }: Pick<SettingsCase, "kms">,
): object {
  const prefix = `container-insights/cluster=${ACCOUNT}.${region}.${name}`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:GetObject"],
        Resource: `arn:aws:s3:::${bucket}/${prefix}/*`,
      },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringLike: { "s3:prefix": `${prefix}/*` } },
      },
      ...(kms
        ? [
            {
              Effect: "Allow",
              Action: ["kms:GenerateDataKey", "kms:Decrypt"],
              Resource: KEY.arn,
              Condition: { StringEquals: { "kms:ViaService": KEY.viaService } },
            },
          ]
        : []),
    ],
  };
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[^\w]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(name);
}

/** Whether the settings give the cluster a role at all. */
export function isSelected({ include, exclude }: SettingsCase, name: string): boolean {
  if (exclude.some((pattern) => matches(pattern, name))) return false;
  return include.length === 0 || include.some((pattern) => matches(pattern, name));
}

export function usesPodIdentity({ podIdentity }: SettingsCase, name: string): boolean {
  return podIdentity.some((pattern) => matches(pattern, name));
}

/** What a policy document decides, as a text to compare: without labels, order, and lists of one. */
export const meaning = remembered(meaningOf);

function meaningOf(text: string): string {
  try {
    return JSON.stringify(ordered(JSON.parse(text)));
  } catch {
    return text;
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => JSON.stringify(ordered(item))).sort();
    return items.length === 1 ? JSON.parse(items[0] ?? "") : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== "Sid");
  return members
    .map(([name, member]) => [name, ordered(member)])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}
