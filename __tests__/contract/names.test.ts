import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  clusterRoleArn,
  clusterRoleName,
  DEFAULT_NAME_PREFIX,
  deploymentNames,
  MAX_NAME_PREFIX_LENGTH,
} from "../../contract/names.ts";
import { anyCluster, cluster, PROD } from "../support/clusters.ts";

describe("deploymentNames", () => {
  test("keeps the predecessor's names, so that a migration is an import", () => {
    expect(deploymentNames(DEFAULT_NAME_PREFIX, "123456789012")).toEqual({
      bucket: "nops-container-cost-123456789012",
      user: "nops-container-cost-s3",
      creationFunction: "nops-container-cost-agent-role-creation",
      managementFunction: "nops-container-cost-agent-role-management",
      lambdaRole: "nops-container-cost-lambda",
      readPolicy: "nops-container-cost-read",
      replicationRole: "nops-container-cost-replication",
      rule: "nops-container-cost-scheduled-check",
      eventsRule: "nops-container-cost-cluster-events",
      boundary: "nops-container-cost-boundary",
      deadLetters: "nops-container-cost-dead-letters",
      rolePath: "/nops-container-cost/",
    });
  });

  test("the longest prefix leaves every name within its service's limit", () => {
    const names = deploymentNames("p".repeat(MAX_NAME_PREFIX_LENGTH), "123456789012");
    expect(names.bucket.length).toBeLessThanOrEqual(63);
    for (const name of [
      names.user,
      names.lambdaRole,
      names.replicationRole,
      names.rule,
      names.eventsRule,
      names.creationFunction,
      names.managementFunction,
    ]) {
      expect(name.length).toBeLessThanOrEqual(64);
    }
  });
});

describe("clusterRoleName", () => {
  test("is plain where that fits and is lower-case", () => {
    expect(clusterRoleName(DEFAULT_NAME_PREFIX, PROD)).toBe("nops-container-cost-prod_eu-west-1");
  });

  test("takes 64 characters as they are, and cuts and marks 65", () => {
    const fits = cluster("c".repeat(34));
    const over = cluster("c".repeat(35));
    expect(clusterRoleName(DEFAULT_NAME_PREFIX, fits)).toBe(
      `nops-container-cost-${"c".repeat(34)}_eu-west-1`,
    );
    const hash = createHash("sha256")
      .update(`aws/123456789012/eu-west-1/${over.name}`)
      .digest("hex")
      .slice(0, 8);
    expect(clusterRoleName(DEFAULT_NAME_PREFIX, over)).toBe(
      `nops-container-cost-${"c".repeat(25)}_eu-west-1-${hash}`,
    );
  });

  test("marks a name with an upper-case letter, because IAM does not tell Prod from prod", () => {
    expect(clusterRoleName(DEFAULT_NAME_PREFIX, cluster("Prod"))).toMatch(
      /^nops-container-cost-Prod_eu-west-1-[0-9a-f]{8}$/,
    );
  });

  test("with the longest prefix and region still shows the start of the cluster's name", () => {
    const name = clusterRoleName(
      "p".repeat(MAX_NAME_PREFIX_LENGTH),
      cluster("C".repeat(100), "ap-southeast-1"),
    );
    expect(name).toMatch(/^p{32}-C{7}_ap-southeast-1-[0-9a-f]{8}$/);
    expect(name).toHaveLength(64);
  });

  test("is a role name that IAM accepts, for any cluster and prefix", () => {
    const prefix = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);
    fc.assert(
      fc.property(prefix, anyCluster, (namePrefix, any) => {
        expect(clusterRoleName(namePrefix, any)).toMatch(/^[\w+=,.@-]{1,64}$/);
      }),
    );
  });

  test("differs between clusters of one account even without regard to case", () => {
    const pair = fc
      .tuple(anyCluster, anyCluster)
      .filter(([a, b]) => a.arn !== b.arn && a.account === b.account);
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const names = [a, b].map((each) => clusterRoleName(DEFAULT_NAME_PREFIX, each).toLowerCase());
        expect(names[0]).not.toBe(names[1]);
      }),
      { numRuns: 1000 },
    );
  });
});

test("clusterRoleArn has the deployment's path", () => {
  expect(clusterRoleArn(DEFAULT_NAME_PREFIX, PROD)).toBe(
    "arn:aws:iam::123456789012:role/nops-container-cost/nops-container-cost-prod_eu-west-1",
  );
});
