import { realOpencostUrl } from "../ground/env.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";
import type { Capture } from "./capture.ts";
import type { Scrubber } from "./scrub.ts";

/** The OpenCost whose answers are in `__tests__/fixtures/opencost` and `demo/recorded`; it cannot be installed here. */
const RECORDED_OPENCOST = "dev-20251219 (5df39a59)";

// https://docs.aws.amazon.com/eks/latest/userguide/understanding-service-name-entries.html
const CLOUDTRAIL_RECORD = "1.11";

/** OpenCost, from a real one only; and the events of AWS, which the emulator does not send. */
export function otherCaptures(scrubber: Scrubber): Capture[] {
  const opencost = realOpencostUrl();
  return [
    {
      name: "opencost",
      of: "installInfo and an hour's allocations",
      origin: opencost === undefined ? "recorded" : "captured",
      version: RECORDED_OPENCOST,
      command:
        opencost === undefined
          ? "kept in __tests__/fixtures/opencost and demo/recorded; OPENCOST_URL names a real one to capture from"
          : "curl $OPENCOST_URL/installInfo; curl $OPENCOST_URL/allocation/compute?window=1h&aggregate=namespace",
      needs: [],
      ...(opencost === undefined ? {} : { take: () => takeOpencost(opencost, scrubber) }),
    },
    {
      name: "cloudtrail",
      of: `what EventBridge sends about CreateCluster, DeleteCluster and CreateOpenIDConnectProvider, account ${EMULATED_ACCOUNT}`,
      origin: "documented",
      version: CLOUDTRAIL_RECORD,
      command:
        "written after the EKS user guide (understanding-service-name-entries), the CloudTrail user guide " +
        "(cloudtrail-event-reference-record-contents) and the request shapes of the EKS and IAM APIs; ministack emits none",
      needs: [],
    },
  ];
}

async function takeOpencost(url: string, scrubber: Scrubber): ReturnType<NonNullable<Capture["take"]>> {
  const read = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
  const info = (await read("/installInfo")) as { version?: string };
  const query = new URLSearchParams({ window: "1h", aggregate: "namespace", includeIdle: "true" });
  return {
    version: info.version ?? "unknown",
    files: {
      "installInfo.json": scrubber.json(info),
      "allocation.json": scrubber.json(await read(`/allocation/compute?${query}`)),
    },
  };
}
