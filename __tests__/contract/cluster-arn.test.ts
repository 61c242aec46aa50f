import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clusterArn, parseClusterArn } from "../../contract/cluster-arn.ts";
import { anyCluster } from "../support/clusters.ts";

describe("parseClusterArn", () => {
  test("reads every part, in every partition", () => {
    const arn = "arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/Prod_1";
    expect(parseClusterArn(arn)).toEqual({
      arn,
      partition: "aws-us-gov",
      region: "us-gov-west-1",
      account: "123456789012",
      name: "Prod_1",
    });
    expect(parseClusterArn("arn:aws-cn:eks:cn-north-1:123456789012:cluster/a").partition).toBe("aws-cn");
    expect(parseClusterArn("arn:aws:eks:ap-southeast-12:123456789012:cluster/a").region).toBe(
      "ap-southeast-12",
    );
  });

  test("is the inverse of clusterArn", () => {
    fc.assert(
      fc.property(anyCluster, (cluster) => {
        expect(parseClusterArn(clusterArn(cluster))).toEqual(cluster);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["a name alone", "prod"],
    ["a node group", "arn:aws:eks:eu-west-1:123456789012:nodegroup/prod/a/b"],
    ["an account of eleven digits", "arn:aws:eks:eu-west-1:12345678901:cluster/prod"],
    ["a missing region", "arn:aws:eks::123456789012:cluster/prod"],
    ["a name with a dot", "arn:aws:eks:eu-west-1:123456789012:cluster/prod.eu"],
    ["a name that starts with a hyphen", "arn:aws:eks:eu-west-1:123456789012:cluster/-prod"],
    ["a name of 101 characters", `arn:aws:eks:eu-west-1:123456789012:cluster/${"p".repeat(101)}`],
    ["a second line", "arn:aws:eks:eu-west-1:123456789012:cluster/prod\n"],
  ])("refuses %s, with the expected form", (_case, arn) => {
    expect(() => parseClusterArn(arn)).toThrow(
      `"${arn}" is not an EKS cluster ARN; expected the form "arn:aws:eks:eu-west-1:123456789012:cluster/prod"`,
    );
  });
});
