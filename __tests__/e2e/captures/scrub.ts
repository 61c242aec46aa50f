/** Takes out of payloads what differs from machine to machine and from run to run. One scrubber keeps one naming. */
export interface Scrubber {
  /** Text with uids, container ids, addresses of pods and times replaced; the same one by the same replacement. */
  text(text: string): string;
  /** Pretty JSON with its keys in order, scrubbed, without what the API server keeps for itself. */
  json(value: unknown): string;
}

// Without a boundary in front: a cgroup is named "pod<uid>".
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const CONTAINER_ID = /\b[0-9a-f]{64}\b/g;
const EVENT_SUFFIX = /(?<=\.)1[0-9a-f]{15}\b/g;
const TIME = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const POD_ADDRESS = /\b10\.244\.0\.\d+\b/g;
// The time that cAdvisor adds to its samples, and those that are a sample's value.
const MILLISECONDS = /(?<= )1[789]\d{11}$/gm;
const SECONDS = /(?<= )1\.[789]\d{2,8}e\+09\b/g;
const FIXED = { time: "2026-01-01T00:00:00Z", seconds: "1.7672256e+09", milliseconds: "1767225600000" };

/** Left out: bookkeeping of the API server, and what only tells of the machine. */
const DROPPED: ReadonlySet<string> = new Set(["managedFields", "images", "generation"]);
const REPLACED: Readonly<Record<string, string | number>> = {
  resourceVersion: "1",
  machineID: "0".repeat(32),
  kernelVersion: "6.0.0",
  availableBytes: 60_000_000_000,
  capacityBytes: 270_000_000_000,
  inodesFree: 15_000_000,
};

/** A scrubber that has seen nothing yet. */
export function createScrubber(): Scrubber {
  const uids = numbering((number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);
  const containers = numbering((number) => String(number).padStart(64, "0"));
  const events = numbering((number) => String(number).padStart(16, "0"));
  const text: Scrubber["text"] = (given) =>
    given
      .replace(UID, uids)
      .replace(CONTAINER_ID, containers)
      .replace(EVENT_SUFFIX, events)
      .replace(TIME, FIXED.time)
      .replace(POD_ADDRESS, "10.244.0.2")
      .replace(MILLISECONDS, FIXED.milliseconds)
      .replace(SECONDS, FIXED.seconds);
  return { text, json: (value) => `${text(JSON.stringify(inOrder(value), undefined, 2))}\n` };
}

function numbering(name: (number: number) => string): (found: string) => string {
  const known = new Map<string, string>();
  return (found) => {
    const replacement = known.get(found) ?? name(known.size + 1);
    known.set(found, replacement);
    return replacement;
  };
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !DROPPED.has(key))
      .map(([key, inner]) => [key, REPLACED[key] ?? inOrder(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
