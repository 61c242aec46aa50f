import * as z from "zod";
import { CLUSTER_EVENTS, type ClusterEventName } from "../../contract/cluster-events.ts";

/**
 * What a run was started by, for log and report. It is a reason to look, never evidence: what happens to a role follows
 * from what EKS and IAM answer, so whoever can send an event can start a run and nothing else.
 */
export interface Trigger {
  /** `unknown`: anything else, such as a call by hand. */
  readonly event: "schedule" | ClusterEventName | "unknown";
  readonly region?: string | undefined;
  /** The name of the cluster, of those events that have one. */
  readonly cluster?: string | undefined;
  /** The issuer, without scheme, of a new OIDC provider. */
  readonly issuer?: string | undefined;
}

const ScheduledEvent = z.object({
  source: z.literal("aws.events"),
  "detail-type": z.literal("Scheduled Event"),
});

/** A text of the expected form, or none: a name that is not understood is no reason against a run. */
function wellFormed(pattern: RegExp) {
  return z.string().regex(pattern).optional().catch(undefined);
}

// The names are EKS's (API reference of CreateCluster); the length of a URL is IAM's (CreateOpenIDConnectProvider).
const ClusterEvent = z.object({
  region: wellFormed(/^[a-z0-9-]{1,40}$/),
  detail: z.object({
    eventName: z.enum(CLUSTER_EVENTS),
    requestParameters: z
      .object({
        name: wellFormed(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/),
        url: wellFormed(/^https:\/\/[\w./-]{1,255}$/),
      })
      .optional()
      .catch(undefined),
  }),
});

/** What started the run, as far as its event says. Never throws: there is no event that is no reason to look. */
export function readTrigger(event: unknown): Trigger {
  if (ScheduledEvent.safeParse(event).success) return { event: "schedule" };
  const parsed = ClusterEvent.safeParse(event);
  if (!parsed.success) return { event: "unknown" };
  const { region, detail } = parsed.data;
  return {
    event: detail.eventName,
    region,
    cluster: detail.requestParameters?.name,
    issuer: detail.requestParameters?.url?.replace("https://", ""),
  };
}
