import {
  EKSClient,
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClusterCommand,
} from "@aws-sdk/client-eks";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  NoSuchEntityException,
  type Role,
} from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { EMULATED_ACCOUNT, ROOT_KEYS } from "../ground/ministack.ts";

/** SDK clients for the emulator, with the keys of its root. */
export interface EmulatedAws {
  readonly iam: IAMClient;
  readonly s3: S3Client;
  eks(region: string): EKSClient;
}

/** Clients of the emulated account at `url`. */
export function openEmulatedAws(url: string): EmulatedAws {
  const settings = (region: string) => ({ region, endpoint: url, credentials: ROOT_KEYS, maxAttempts: 2 });
  return {
    iam: new IAMClient(settings("us-east-1")),
    s3: new S3Client({ ...settings("us-east-1"), forcePathStyle: true }),
    eks: (region) => new EKSClient(settings(region)),
  };
}

/** An EKS cluster with its OIDC provider, as the reconciler expects to find it. Returns the issuer without scheme. */
export async function createCluster(aws: EmulatedAws, region: string, name: string): Promise<string> {
  const eks = aws.eks(region);
  await eks.send(
    new CreateClusterCommand({
      name,
      roleArn: `arn:aws:iam::${EMULATED_ACCOUNT}:role/eks`,
      resourcesVpcConfig: { subnetIds: ["subnet-1", "subnet-2"] },
    }),
  );
  const url = await waitForIssuer(eks, name);
  await aws.iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: url,
      ClientIDList: ["sts.amazonaws.com"],
      ThumbprintList: ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"],
    }),
  );
  return url.replace(/^https?:\/\//, "");
}

/** Ends a cluster. */
export async function deleteCluster(aws: EmulatedAws, region: string, name: string): Promise<void> {
  await aws.eks(region).send(new DeleteClusterCommand({ name }));
}

async function waitForIssuer(eks: EKSClient, name: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    const issuer = cluster?.identity?.oidc?.issuer;
    if (cluster?.status === "ACTIVE" && issuer) return issuer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`cluster "${name}" did not become ACTIVE in 10 s`);
}

/** A role that exists before the stack does, such as a team's own reader. */
export async function createPlainRole(aws: EmulatedAws, name: string): Promise<void> {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${EMULATED_ACCOUNT}:root` },
        Action: "sts:AssumeRole",
      },
    ],
  };
  await aws.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
}

/** Names of the roles below an IAM path. */
export async function roleNames(aws: EmulatedAws, path: string): Promise<string[]> {
  const { Roles = [] } = await aws.iam.send(new ListRolesCommand({ PathPrefix: path }));
  return Roles.map((role) => role.RoleName ?? "").sort();
}

/** A role with its trust and inline policies as parsed documents; undefined when there is none. */
export interface InspectedRole {
  readonly role: Role;
  readonly trust: unknown;
  readonly policies: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
}

export async function inspectRole(aws: EmulatedAws, name: string): Promise<InspectedRole | undefined> {
  try {
    const { Role: role } = await aws.iam.send(new GetRoleCommand({ RoleName: name }));
    if (!role) return undefined;
    const { PolicyNames = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName: name }));
    const policies: Record<string, unknown> = {};
    for (const policy of PolicyNames) {
      const answer = await aws.iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policy }));
      policies[policy] = parseDocument(answer.PolicyDocument);
    }
    const tags = Object.fromEntries((role.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
    return { role, trust: parseDocument(role.AssumeRolePolicyDocument), policies, tags };
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

// IAM answers documents URL-encoded.
function parseDocument(text: string | undefined): unknown {
  return JSON.parse(decodeURIComponent(text ?? "null"));
}
