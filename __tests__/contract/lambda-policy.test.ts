import { describe, expect, test } from "@jest/globals";
import {
  clusterRoleArn,
  DEFAULT_NAME_PREFIX,
  deploymentNames,
  MANAGED_BY,
  TAG,
} from "../../contract/names.ts";
import { lambdaPolicy } from "../../contract/policies/lambda-policy.ts";
import { PROD } from "../support/clusters.ts";
import { ACCOUNT, decide, type Decision } from "../support/decide.ts";

const NAMES = deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT);
const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/${NAMES.boundary}`;
const LOG_GROUP = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/${NAMES.creationFunction}`;
const DEAD_LETTERS = `arn:aws:sqs:eu-west-1:${ACCOUNT}:${NAMES.deadLetters}`;
const SCOPE = {
  partition: "aws",
  account: ACCOUNT,
  bucketName: NAMES.bucket,
  bucketArn: BUCKET,
  rolePath: NAMES.rolePath,
  boundaryArn: BOUNDARY,
  logGroupArns: [LOG_GROUP],
  deadLettersArn: DEAD_LETTERS,
};
const POLICY = lambdaPolicy(SCOPE);

const ROLE = clusterRoleArn(DEFAULT_NAME_PREFIX, PROD);
const FOREIGN_ROLE = `arn:aws:iam::${ACCOUNT}:role/administrator`;
const LOOKALIKE_ROLE = `arn:aws:iam::${ACCOUNT}:role/nops-container-cost-prod_eu-west-1`;
const ANOTHER_POLICY = `arn:aws:iam::${ACCOUNT}:policy/another`;

const tags = (
  kind: "RequestTag" | "ResourceTag",
  deployment: string = NAMES.bucket,
): Record<string, string> => ({
  [`aws:${kind}/${TAG.managedBy}`]: MANAGED_BY,
  [`aws:${kind}/${TAG.deployment}`]: deployment,
});
const OURS = tags("ResourceTag");
const BOUNDED = { "iam:PermissionsBoundary": BOUNDARY };
const TAG_KEYS = { "aws:TagKeys": [TAG.managedBy, TAG.deployment, TAG.clusterArn] };

const can = (
  action: string,
  resource: string,
  context: Record<string, string | string[]> = {},
): Promise<Decision> => decide({ identityPolicy: POLICY, action, resource, context });

describe("making a role", () => {
  const full = { ...BOUNDED, ...tags("RequestTag"), ...TAG_KEYS };

  test("is allowed below the path, with the boundary and the tags", async () => {
    expect(await can("iam:CreateRole", ROLE, full)).toBe("Allowed");
    expect(await can("iam:TagRole", ROLE, { ...tags("RequestTag"), ...TAG_KEYS })).toBe("Allowed");
  });

  test.each([
    ["without a boundary", ROLE, { ...tags("RequestTag"), ...TAG_KEYS }],
    ["with another boundary", ROLE, { ...full, "iam:PermissionsBoundary": ANOTHER_POLICY }],
    ["without tags", ROLE, BOUNDED],
    ["with another deployment's tag", ROLE, { ...full, ...tags("RequestTag", "another-123456789012") }],
    ["outside the path, under a name like ours", LOOKALIKE_ROLE, full],
  ])("is refused %s", async (_case, resource, context) => {
    expect(await can("iam:CreateRole", resource, context)).toBe("ImplicitlyDenied");
  });
});

describe.each(["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"])("%s", (action) => {
  test("is allowed on a role of this deployment under its boundary", async () => {
    expect(await can(action, ROLE, { ...OURS, ...BOUNDED })).toBe("Allowed");
  });

  test.each([
    ["on a role that lost its boundary", ROLE, OURS],
    ["on a role with another boundary", ROLE, { ...OURS, "iam:PermissionsBoundary": ANOTHER_POLICY }],
    ["on a role without our tags", ROLE, BOUNDED],
    ["on a role of another deployment", ROLE, { ...tags("ResourceTag", "another-123456789012"), ...BOUNDED }],
    ["on a role outside the path that carries our tags", FOREIGN_ROLE, { ...OURS, ...BOUNDED }],
  ])("is refused %s", async (_case, resource, context) => {
    expect(await can(action, resource, context)).toBe("ImplicitlyDenied");
  });
});

describe.each([
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:TagRole",
  "iam:UntagRole",
])("%s", (action) => {
  test("is allowed on a role of this deployment", async () => {
    expect(await can(action, ROLE, OURS)).toBe("Allowed");
  });

  test.each([
    ["on a role without tags", ROLE, {}],
    ["on a role of another deployment", ROLE, tags("ResourceTag", "another-123456789012")],
    ["on a role outside the path that carries our tags", FOREIGN_ROLE, OURS],
  ])("is refused %s", async (_case, resource, context) => {
    expect(await can(action, resource, context)).toBe("ImplicitlyDenied");
  });
});

describe("a role below the path without our tags", () => {
  // IAM cannot tell the tagging of a new role from the tagging of an old one: the path is the fence here.
  test("could be tagged as ours; one outside the path could not", async () => {
    const tagging = { ...tags("RequestTag"), ...TAG_KEYS };
    expect(await can("iam:TagRole", ROLE, tagging)).toBe("Allowed");
    expect(await can("iam:TagRole", FOREIGN_ROLE, tagging)).toBe("ImplicitlyDenied");
    expect(await can("iam:TagRole", LOOKALIKE_ROLE, tagging)).toBe("ImplicitlyDenied");
  });
});

describe("a role's boundary", () => {
  test("may be put back to ours, on our roles only", async () => {
    const put = "iam:PutRolePermissionsBoundary";
    expect(await can(put, ROLE, { ...OURS, ...BOUNDED })).toBe("Allowed");
    expect(await can(put, ROLE, { ...OURS, "iam:PermissionsBoundary": ANOTHER_POLICY })).toBe(
      "ImplicitlyDenied",
    );
    expect(await can(put, ROLE, BOUNDED)).toBe("ImplicitlyDenied");
    expect(await can(put, FOREIGN_ROLE, { ...OURS, ...BOUNDED })).toBe("ImplicitlyDenied");
  });

  test("may not be taken off, nor its policy changed", async () => {
    expect(await can("iam:DeleteRolePermissionsBoundary", ROLE, OURS)).toBe("ImplicitlyDenied");
    for (const action of ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:SetDefaultPolicyVersion"]) {
      expect(await can(action, BOUNDARY)).toBe("ImplicitlyDenied");
    }
  });
});

describe("a boundary that the account gives", () => {
  const identityPolicy = lambdaPolicy({ ...SCOPE, boundaryArn: ANOTHER_POLICY });
  const ask = (action: string, boundary: string) => {
    const tagged = action === "iam:CreateRole" ? { ...tags("RequestTag"), ...TAG_KEYS } : OURS;
    const context = { ...tagged, "iam:PermissionsBoundary": boundary };
    return decide({ identityPolicy, action, resource: ROLE, context });
  };

  test.each(["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"])(
    "is the only one with which %s is allowed",
    async (action) => {
      expect(await ask(action, ANOTHER_POLICY)).toBe("Allowed");
      expect(await ask(action, BOUNDARY)).toBe("ImplicitlyDenied");
    },
  );
});

describe("more power", () => {
  test.each([
    ["iam:AttachRolePolicy", ROLE],
    ["iam:UpdateRole", ROLE],
    ["iam:PassRole", ROLE],
    ["iam:PutRolePolicy", FOREIGN_ROLE],
    ["iam:CreateUser", `arn:aws:iam::${ACCOUNT}:user/x`],
    ["iam:CreateAccessKey", `arn:aws:iam::${ACCOUNT}:user/x`],
    ["sts:AssumeRole", ROLE],
    ["lambda:UpdateFunctionCode", `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${NAMES.creationFunction}`],
    ["s3:GetObject", `${BUCKET}/container-insights/x.parquet`],
    ["s3:PutObject", `${BUCKET}/container-insights/x.parquet`],
    ["s3:PutBucketPolicy", BUCKET],
  ])("%s on %s is refused", async (action, resource) => {
    expect(await can(action, resource)).toBe("ImplicitlyDenied");
  });

  test("its own role is out of its reach, whatever tags it carries", async () => {
    const own = `arn:aws:iam::${ACCOUNT}:role/${NAMES.lambdaRole}`;
    for (const action of ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"]) {
      expect(await can(action, own, { ...OURS, ...BOUNDED })).toBe("ImplicitlyDenied");
    }
  });
});

describe("observing and reporting", () => {
  test.each(["iam:ListRoles", "iam:ListOpenIDConnectProviders", "eks:ListClusters"])(
    "%s is allowed",
    async (action) => {
      expect(await can(action, "*")).toBe("Allowed");
    },
  );

  test.each(["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"])(
    "%s is allowed below the path only",
    async (action) => {
      expect(await can(action, ROLE)).toBe("Allowed");
      expect(await can(action, FOREIGN_ROLE)).toBe("ImplicitlyDenied");
    },
  );

  test("clusters of the account are described in every region, another account's in none", async () => {
    expect(await can("eks:DescribeCluster", PROD.arn)).toBe("Allowed");
    expect(await can("eks:DescribeCluster", PROD.arn.replace("eu-west-1", "us-east-1"))).toBe("Allowed");
    expect(await can("eks:DescribeCluster", PROD.arn.replace(ACCOUNT, "210987654321"))).toBe(
      "ImplicitlyDenied",
    );
  });

  test("reports go below control/, and are the only objects it can delete", async () => {
    for (const action of ["s3:PutObject", "s3:DeleteObjectVersion"]) {
      expect(await can(action, `${BUCKET}/control/role-reconcile/latest.json`)).toBe("Allowed");
      expect(await can(action, `${BUCKET}/container-insights/x`)).toBe("ImplicitlyDenied");
    }
  });

  test("nothing is allowed that no call needs: tags come with the role, and reports are deleted by version", async () => {
    expect(await can("iam:ListRoleTags", ROLE)).toBe("ImplicitlyDenied");
    expect(await can("s3:DeleteObject", `${BUCKET}/control/role-reconcile/latest.json`)).toBe(
      "ImplicitlyDenied",
    );
  });

  test("it lists versions below control/ only", async () => {
    const prefixed = (prefix: string) => can("s3:ListBucketVersions", BUCKET, { "s3:prefix": prefix });
    expect(await prefixed("control/role-reconcile/latest.json")).toBe("Allowed");
    expect(await prefixed("container-insights/")).toBe("ImplicitlyDenied");
    expect(await can("s3:ListBucketVersions", BUCKET)).toBe("ImplicitlyDenied");
  });

  test("logs go to its own groups, which it cannot make", async () => {
    expect(await can("logs:PutLogEvents", `${LOG_GROUP}:log-stream:x`)).toBe("Allowed");
    expect(await can("logs:PutLogEvents", `${LOG_GROUP}-2:log-stream:x`)).toBe("ImplicitlyDenied");
    expect(await can("logs:CreateLogGroup", LOG_GROUP)).toBe("ImplicitlyDenied");
  });

  test("it sends to its own queue of dead letters, and reads nothing there", async () => {
    expect(await can("sqs:SendMessage", DEAD_LETTERS)).toBe("Allowed");
    expect(await can("sqs:SendMessage", `${DEAD_LETTERS}-2`)).toBe("ImplicitlyDenied");
    expect(await can("sqs:ReceiveMessage", DEAD_LETTERS)).toBe("ImplicitlyDenied");
  });

  test("only what has no resource-level form is asked of every resource", () => {
    const unscoped = POLICY.Statement.filter((statement) => statement.Resource?.includes("*"));
    expect(unscoped.flatMap((statement) => statement.Action)).toEqual([
      "iam:ListRoles",
      "iam:ListOpenIDConnectProviders",
      "eks:ListClusters",
    ]);
    for (const action of POLICY.Statement.flatMap((statement) => statement.Action))
      expect(action).not.toContain("*");
  });
});
