import { TAG } from "../../contract/names.ts";
import { invalidRegions } from "../../lambda-src/env.ts";
import type { FullRole } from "../../lambda-src/reconcile/model.ts";
import type { RoleFacts } from "./adapters/role-facts.ts";

// What the predecessor makes, from its public Terraform editions of September and November 2024.

/** `nops-ccost-<cluster>_<region>`; a cluster's name may have underscores, a region's has none. */
const NAME = /^nops-ccost-([0-9A-Za-z][A-Za-z0-9_-]*)_([a-z0-9-]+)$/;

const INLINE_POLICIES: readonly string[] = ["S3Policy", "SQSPolicy"];

/** The agent's, of the present charts and of those before. */
const SUBJECTS: readonly string[] = [
  "system:serviceaccount:nops:nops-container-insights",
  "system:serviceaccount:nops-k8s-agent:nops-k8s-agent",
];

/** The cluster that a role of the predecessor is named after. @throws Error for any other name */
export function readPredecessorName(role: string): { readonly name: string; readonly region: string } {
  const [, name, region] = NAME.exec(role) ?? [];
  if (name !== undefined && region !== undefined && invalidRegions([region]).length === 0) {
    return { name, region };
  }
  throw new Error(
    `"${role}" is not the name of a role of the predecessor; give one as nops-ccost-<cluster>_<region>, for example nops-ccost-prod_eu-west-1`,
  );
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Whether a statement lets nobody in but the agent, by web identity of an EKS cluster in `region`. */
function letsOnlyTheAgentIn(statement: unknown, region: string): boolean {
  const { Effect, Principal, Action, Condition } = fieldsOf(statement);
  const { Federated, ...others } = fieldsOf(Principal);
  // https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
  const provider = /^arn:[^:]+:iam::\d{12}:oidc-provider\/(oidc[.-]eks[.-]([a-z0-9-]+)\..+)$/.exec(
    String(Federated),
  );
  const subjects = listOf(fieldsOf(fieldsOf(Condition)["StringEquals"])[`${provider?.[1]}:sub`]);
  return (
    Effect === "Allow" &&
    Object.keys(others).length === 0 &&
    provider?.[2] === region &&
    listOf(Action).every((action) => action === "sts:AssumeRoleWithWebIdentity") &&
    subjects.length > 0 &&
    subjects.every((one) => SUBJECTS.includes(String(one)))
  );
}

function trustReason({ trust }: FullRole, region: string): string[] {
  const statements = listOf(fieldsOf(trust)["Statement"]);
  if (statements.every((statement) => letsOnlyTheAgentIn(statement, region))) return [];
  return [
    `its trust policy lets others in than the predecessor's agent by web identity of an EKS cluster in ${region}: ${JSON.stringify(trust)}; find out who uses it`,
  ];
}

function policyReasons({ name, inlinePolicies, attachedPolicies }: FullRole): string[] {
  const others = Object.keys(inlinePolicies).filter((policy) => !INLINE_POLICIES.includes(policy));
  return [
    ...others.map(
      (policy) =>
        `its inline policy "${policy}" is not the predecessor's; when nobody needs it: aws iam delete-role-policy --role-name ${name} --policy-name ${policy}`,
    ),
    ...attachedPolicies.map(
      (arn) =>
        `policy "${arn}" is attached to it, which the predecessor does not do; when nobody needs that: aws iam detach-role-policy --role-name ${name} --policy-arn ${arn}`,
    ),
  ];
}

/** Everything of the role itself that says it is not the predecessor's alone, a sentence each. `name` and `region` are what was asked for. */
export function whyNotPredecessors(
  { role, instanceProfiles }: RoleFacts,
  asked: { readonly role: string; readonly region: string },
): string[] {
  const tags = [TAG.managedBy, TAG.deployment].filter((key) => key in role.tags);
  return [
    ...(role.name === asked.role ? [] : [`its name is "${role.name}"; give it as it is`]),
    ...(role.path === "/" ? [] : [`its path is "${role.path}", and the predecessor's roles are at "/"`]),
    ...tags.map((key) => `it has the tag ${key}, so a role reconciler made it, which also removes it`),
    ...trustReason(role, asked.region),
    ...policyReasons(role),
    ...instanceProfiles.map(
      (profile) =>
        `it is in the instance profile "${profile}"; when no instance needs it: aws iam remove-role-from-instance-profile --instance-profile-name ${profile} --role-name ${role.name}`,
    ),
  ];
}
