import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { readCrudEvent } from "../../lambda-src/reconcile/crud-event.ts";

interface CloudTrailEvent {
  readonly "detail-type": string;
  readonly source: string;
  readonly region: string;
  readonly detail: {
    readonly eventName: string;
    readonly eventSource: string;
    readonly awsRegion: string;
    readonly requestParameters: { readonly name?: string; readonly url?: string };
    readonly responseElements: {
      readonly cluster?: { readonly arn: string; readonly name: string };
      readonly openIDConnectProviderArn?: string;
    };
  };
}

function readEvent(name: string): CloudTrailEvent {
  const file = join(import.meta.dirname, `../fixtures/captures/cloudtrail/${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as CloudTrailEvent;
}

// Documented, not captured: the emulator sends none.
describe("events of AWS about clusters", () => {
  test.each([
    ["create-cluster", "CreateCluster", "eks"],
    ["delete-cluster", "DeleteCluster", "eks"],
    ["create-open-id-connect-provider", "CreateOpenIDConnectProvider", "iam"],
  ])("%s has the fields that a rule of EventBridge matches", (file, eventName, service) => {
    const event = readEvent(file);
    expect(event).toMatchObject({ "detail-type": "AWS API Call via CloudTrail", source: `aws.${service}` });
    expect(event.detail).toMatchObject({
      eventName,
      eventSource: `${service}.amazonaws.com`,
      awsRegion: event.region,
    });
  });

  test.each(["create-cluster", "delete-cluster"])("%s names its cluster as the contract reads it", (file) => {
    const { region, detail } = readEvent(file);
    const cluster = parseClusterArn(detail.responseElements.cluster?.arn ?? "");
    expect(cluster).toMatchObject({ name: detail.requestParameters.name, region });
  });

  test("an OIDC provider is told of in us-east-1 only, and named after its cluster's issuer", () => {
    const { region, detail } = readEvent("create-open-id-connect-provider");
    const issuer = detail.requestParameters.url?.replace("https://", "");
    expect(region).toBe("us-east-1");
    expect(detail.responseElements.openIDConnectProviderArn).toBe(
      `arn:aws:iam::123456789012:oidc-provider/${issuer}`,
    );
  });

  test("none of them is taken for what Terraform sends", () => {
    for (const file of ["create-cluster", "delete-cluster", "create-open-id-connect-provider"])
      expect(() => readCrudEvent(readEvent(file))).toThrow('expected "tf.action"');
  });
});
