import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterEventName } from "../../contract/cluster-events.ts";

/** An event of EventBridge. */
export interface AwsEvent {
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly region: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const FILES: Readonly<Record<ClusterEventName, string>> = {
  CreateCluster: "create-cluster",
  DeleteCluster: "delete-cluster",
  CreateOpenIDConnectProvider: "create-open-id-connect-provider",
};

/** The documented event of a call: of account 123456789012, about the cluster `prod` of eu-west-1. */
export function clusterEvent(name: ClusterEventName): AwsEvent {
  const file = join(import.meta.dirname, `../fixtures/captures/cloudtrail/${FILES[name]}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as AwsEvent;
}
