import { isoSeconds, type Hour } from "../../contract/hours.ts";
import { UntrustedAnswerError } from "./errors.ts";

/** An OpenCost that knows many clusters would make a long message. */
const MAX_NAMED = 10;

/**
 * The allocations of one cluster. With `wanted`, an id as OpenCost has it, those of others are left out; without it
 * there must be no others, because their costs would be this cluster's.
 * @throws UntrustedAnswerError, after the last one, naming the ids, when it is not clear which cluster is meant
 */
export async function* allocationsOfCluster<T>(
  allocations: AsyncIterable<T>,
  wanted: string | undefined,
  hour: Hour,
): AsyncGenerator<T, void, undefined> {
  const ids = new Set<string>();
  for await (const allocation of allocations) {
    const id = clusterOf(allocation);
    if (id !== undefined) ids.add(id);
    if (wanted === undefined || id === wanted) yield allocation;
  }
  if (wanted === undefined && ids.size > 1) {
    throw new UntrustedAnswerError(
      `OpenCost's answer for the hour ${isoSeconds(hour)} has the costs of ${ids.size} clusters: ${list(ids)}; name this cluster's with --opencost-cluster`,
    );
  }
  if (wanted !== undefined && ids.size > 0 && !ids.has(wanted)) {
    throw new UntrustedAnswerError(
      `OpenCost's answer for the hour ${isoSeconds(hour)} has no cluster "${wanted}", which --opencost-cluster names, but ${list(ids)}; name one of them`,
    );
  }
}

function clusterOf(allocation: unknown): string | undefined {
  const { properties } = (allocation ?? {}) as {
    readonly properties?: { readonly cluster?: unknown } | null;
  };
  const id = properties?.cluster;
  return typeof id === "string" && id !== "" ? id : undefined;
}

function list(ids: ReadonlySet<string>): string {
  const named = [...ids]
    .sort()
    .slice(0, MAX_NAMED)
    .map((id) => `"${id}"`);
  return named.join(", ") + (ids.size > MAX_NAMED ? ", …" : "");
}
