import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region/index.js";
import { DataAwsRegions } from "@cdktf/provider-aws/lib/data-aws-regions/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { TerraformOutput, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { clusterEventPattern } from "../contract/cluster-events.ts";
import { deploymentNames, forwardingRoleName } from "../contract/names.ts";
import { forwardingPolicy, forwardingTrust } from "../contract/policies/event-forwarding-policy.ts";
import { HAS_ACCOUNT } from "./account-postconditions.ts";
import { addEventPattern } from "./event-patterns.ts";
import { asModule, type TerraformJson } from "./module-json.ts";
import { addPolicyDocument } from "./policy-documents.ts";
import { addRegionEventsVariables, HOME_REGION_EXISTS, IS_NOT_HOME } from "./region-events-variables.ts";
import { orNull, withId } from "./terraform-expressions.ts";
import { AWS_PROVIDER, requireVersions } from "./terraform-setup.ts";

// It is about to be old: the schedule sees the cluster, too. There is no queue for what fails, because that may be lost.
const DELIVERY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 } as const;

/**
 * Forwards what happens to the clusters of one region to the region of the account stack, where the rule of
 * `cluster_events` has the roles checked. A module that is called once for each other region, with that region's provider.
 */
export class RegionEventsStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    requireVersions(this, { aws: AWS_PROVIDER });
    new AwsProvider(this, "aws");
    const { name_prefix: prefix, home_region: home, tags } = addRegionEventsVariables(this);
    const place = this.#addPlace();
    const names = deploymentNames(prefix.stringValue, place.account);
    const rule = withId(
      new CloudwatchEventRule(this, "rule", {
        name: names.eventsRule,
        description: "Forwards what happens to clusters to the region that keeps their roles",
        eventPattern: addEventPattern(
          this,
          "cluster_events",
          clusterEventPattern(place.account, place.region),
        ),
        tags: Token.asStringMap(tags.value),
        lifecycle: { precondition: [IS_NOT_HOME] },
      }),
      "forward",
    );
    const arn = (region: string, resource: string): string =>
      `arn:${place.partition}:events:${region}:${place.account}:${resource}`;
    const bus = arn(home.stringValue, "event-bus/default");
    const role = withId(
      new IamRole(this, "role", {
        name: forwardingRoleName(prefix.stringValue, place.region),
        description: "Lets EventBridge forward what happens to clusters to the region that keeps their roles",
        assumeRolePolicy: addPolicyDocument(
          this,
          "forwarding_trust",
          // Built from the name, not read from the resource, so that a first plan shows it in full.
          forwardingTrust(place.account, arn(place.region, `rule/${names.eventsRule}`)),
        ),
        permissionsBoundary: orNull("permissions_boundary_arn"),
        tags: Token.asStringMap(tags.value),
      }),
      "forward",
    );
    const policy = withId(
      new IamRolePolicy(this, "policy", {
        name: "forward",
        role: role.name,
        policy: addPolicyDocument(this, "forwarding_policy", forwardingPolicy(bus)),
      }),
      "forward",
    );
    withId(
      new CloudwatchEventTarget(this, "target", {
        rule: rule.name,
        targetId: "home-region",
        arn: bus,
        roleArn: role.arn,
        retryPolicy: DELIVERY,
        dependsOn: [policy],
      }),
      "forward",
    );
    this.#addOutputs(rule, role);
  }

  override toTerraform(): TerraformJson {
    return asModule(super.toTerraform() as TerraformJson);
  }

  #addPlace(): { readonly partition: string; readonly account: string; readonly region: string } {
    const caller = new DataAwsCallerIdentity(this, "caller", { lifecycle: { postcondition: [HAS_ACCOUNT] } });
    const regions = new DataAwsRegions(this, "regions", {
      allRegions: true,
      lifecycle: { postcondition: [HOME_REGION_EXISTS] },
    });
    withId(regions, "known");
    return {
      account: withId(caller, "current").accountId,
      partition: withId(new DataAwsPartition(this, "partition"), "current").partition,
      // `id`, because `name` is deprecated in version 6 of the provider and `region` unknown to version 5.
      region: withId(new DataAwsRegion(this, "region"), "current").id,
    };
  }

  #addOutputs(rule: CloudwatchEventRule, role: IamRole): void {
    const add = (id: string, value: string, description: string): void => {
      withId(new TerraformOutput(this, `output-${id}`, { value, description }), id);
    };
    add("rule_arn", rule.arn, "ARN of the rule that forwards this region's events.");
    add("role_arn", role.arn, "ARN of the role with which EventBridge puts them on the home region's bus.");
  }
}
