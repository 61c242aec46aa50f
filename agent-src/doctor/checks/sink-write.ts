import { DOCTOR_PROBE_KEY } from "../../../contract/object-keys.ts";
import { ConditionFailedError, type Sink } from "../../export/sink.ts";
import { ok, problem, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { explainRefusal } from "../sink-failure.ts";

/** Whether this identity can list, write, read and write on a condition, as an export does. */
export const sinkWrite: Check = {
  id: "sink-write",
  title: "Sink: list, write, read, and a write that must be refused",
  about: ["sink"],
  needs: ["sink-connection", "sink-folder"],
  run: async (context) => {
    const { sink } = context.sink;
    const at = context.now();
    const steps: readonly [string, () => Promise<Finding | undefined>][] = [
      ["list", () => list(sink)],
      ["write", () => write(sink, probeText(context, at, 1))],
      ["read", () => readBack(sink, probeText(context, at, 1))],
      ["write on a condition", () => writeOnCondition(sink, probeText(context, at, 2))],
    ];
    for (const [action, step] of steps) {
      try {
        const finding = await step();
        if (finding) return [finding];
      } catch (error) {
        return [await refused(action, error, context)];
      }
    }
    return [
      ok(`${sink.url} takes and gives back "${DOCTOR_PROBE_KEY}", and keeps it from a second first write`),
    ];
  },
};

/** Two texts of one length: a store that compares sizes only would be seen through, too. */
function probeText({ settings }: DoctorContext, seconds: number, attempt: number): string {
  const at = new Date(seconds * 1000).toISOString();
  return `${JSON.stringify({ clusterArn: settings.cluster.arn, at, attempt })}\n`;
}

async function list(sink: Sink): Promise<undefined> {
  // As much as one page: an export lists days of manifests.
  for await (const _object of sink.list("_status/doctor")) break;
}

async function write(sink: Sink, text: string): Promise<undefined> {
  await sink.put(DOCTOR_PROBE_KEY, new TextEncoder().encode(text), "application/json");
}

async function readBack(sink: Sink, text: string): Promise<Finding | undefined> {
  const bytes = await sink.read(DOCTOR_PROBE_KEY);
  if (bytes && new TextDecoder().decode(bytes) === text) return undefined;
  return problem(
    `"${DOCTOR_PROBE_KEY}" in ${sink.url} is ${bytes ? "not what was written" : "not there"} right after it was written`,
    "use a store with read-after-write consistency; another doctor at the same time can do this, too: run it again",
  );
}

async function writeOnCondition(sink: Sink, text: string): Promise<Finding | undefined> {
  try {
    await sink.put(DOCTOR_PROBE_KEY, new TextEncoder().encode(text), "application/json", { kind: "absent" });
  } catch (error) {
    if (error instanceof ConditionFailedError) return undefined;
    throw error;
  }
  return problem(
    `${sink.url} let a write with If-None-Match replace an object: two runs at once could damage each other's hours`,
    "use a store that knows conditional writes: Amazon S3 does since 2024-11, as do current MinIO, Ceph and R2",
  );
}

async function refused(action: string, error: unknown, { sink }: DoctorContext): Promise<Finding> {
  const { reason, fix } = explainRefusal(error, await callerOf(sink));
  return problem(`cannot ${action} in ${sink.sink.url}: ${reason}`, fix);
}

/** Only for the message: an identity that cannot be asked has its own check. */
async function callerOf({ place }: DoctorContext["sink"]): Promise<string | undefined> {
  if (place.kind !== "s3") return undefined;
  try {
    return (await place.bucket.caller())?.arn;
  } catch {
    return undefined;
  }
}
