import type { FakeAccount } from "./fake-account.ts";
import type { StoredRole } from "./fake-iam.ts";

/** A role of the predecessor, with what only GetRole and ListInstanceProfilesForRole tell. */
export interface PredecessorRole extends StoredRole {
  lastUsed: Date | undefined;
  profiles: string[];
}

const ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/8D44B1F06E2A49C7B3905F1E6A7C2D18";

/** The trust policy of the predecessor's roles; without an audience, as it makes them. */
export function predecessorTrust(
  subject: unknown = "system:serviceaccount:nops:nops-container-insights",
  issuer = ISSUER,
): { readonly Version: string; readonly Statement: readonly object[] } {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${issuer}:sub`]: subject } },
      },
    ],
  };
}

/** Puts a role there as the predecessor's Lambda does, and lets IAM answer for it what the reconciler never asks. */
export function addPredecessorRole(account: FakeAccount, name: string): PredecessorRole {
  const allow = (action: string, resource: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
    });
  const role = account.iam.addRole({
    name,
    trust: JSON.stringify(predecessorTrust()),
    inline: new Map([
      ["S3Policy", allow("s3:PutObject", "arn:aws:s3:::nops-container-cost-123456789012/*")],
      ["SQSPolicy", allow("sqs:SendMessage", "arn:aws:sqs:us-west-2:202279780353:nops-k8s-*")],
    ]),
  }) as PredecessorRole;
  Object.assign(role, { lastUsed: undefined, profiles: [] });
  const getRole = account.iam.getRole.bind(account.iam);
  Object.assign(account.iam, {
    async getRole(input: { RoleName: string }) {
      const answer = await getRole(input);
      const LastUsedDate = role.lastUsed?.toISOString();
      const more = {
        Description: "Container cost",
        MaxSessionDuration: 3600,
        RoleLastUsed: { LastUsedDate },
      };
      return { Role: { ...answer.Role, ...more } };
    },
    async listInstanceProfilesForRole({ RoleName }: { RoleName: string }) {
      account.iam.role(RoleName);
      return { InstanceProfiles: role.profiles.map((InstanceProfileName) => ({ InstanceProfileName })) };
    },
  });
  return role;
}
