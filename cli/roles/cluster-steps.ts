import type { Cluster } from "../../contract/cluster-arn.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { RegionObservation } from "../../lambda-src/reconcile/model.ts";
import { whyNotSelected } from "../../lambda-src/reconcile/selection.ts";
import { formatCounted } from "../format.ts";
import type { Step } from "./step.ts";

/** Whether the cluster's region is evidence of anything. */
export function regionStep(region: RegionObservation | undefined, name: string): Step {
  const question = `Is region ${name} listed?`;
  switch (region?.state) {
    case "complete":
      return {
        question,
        finding: "ok",
        answer: `yes, completely, with ${formatCounted(region.clusters.length, "cluster")}`,
      };
    case "failed": {
      const answer = `no: ${region.reason}; so nothing is known of its clusters, and their roles stay as they are`;
      return { question, finding: "unknown", answer };
    }
    case undefined: {
      const answer = "no: it is none of the deployment's regions, so its clusters get no role";
      return { question, finding: "unknown", answer };
    }
  }
}

/** Whether the cluster is there, by the listing and by name. */
export function clusterStep({ observation }: Inventory, cluster: Cluster): Step {
  const question = "Does the cluster exist?";
  const region = observation.regions.find((one) => one.region === cluster.region);
  if (region?.state !== "complete") return { question, finding: "unknown", answer: "that was not seen" };
  const seen = region.clusters.find(({ arn }) => arn === cluster.arn);
  if (seen !== undefined) {
    const isReady = seen.status === "ACTIVE" || seen.status === "UPDATING";
    const problem = seen.problem === undefined ? "" : `: ${seen.problem}`;
    const finding = seen.status === "UNREADABLE" ? "unknown" : isReady ? "ok" : "stop";
    return { question, finding, answer: `it is listed and ${seen.status}${problem}` };
  }
  const lookup = observation.lookups.find(({ arn }) => arn === cluster.arn);
  switch (lookup?.state) {
    case "absent":
      return {
        question,
        finding: "stop",
        answer: "no: it is not listed, and asked for by name it is not found",
      };
    case "present":
      return { question, finding: "unknown", answer: "it is not listed, but answers when asked for by name" };
    case "unknown":
      return {
        question,
        finding: "unknown",
        answer: `it is not listed, and could not be asked for: ${lookup.reason}`,
      };
    case undefined:
      return { question, finding: "stop", answer: "it is not listed" };
  }
}

/** Whether the deployment's patterns name the cluster. */
export function selectionStep({ deployment }: Inventory, { name }: Cluster): Step {
  const reason = whyNotSelected(deployment, name);
  const answer = reason ?? "yes";
  return { question: "Is it selected?", finding: reason === undefined ? "ok" : "stop", answer };
}
