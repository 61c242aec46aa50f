import { describe, expect, test } from "@jest/globals";
import { UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import { allocationsOfCluster } from "../../../agent-src/export/opencost-cluster.ts";

const HOUR = 1795341600;

async function* answer(...ids: readonly (string | undefined)[]): AsyncGenerator<object> {
  for (const [at, cluster] of ids.entries())
    yield { name: `${at}`, properties: cluster === undefined ? {} : { cluster } };
}

async function names(ids: readonly (string | undefined)[], wanted?: string): Promise<string[]> {
  const taken: string[] = [];
  for await (const allocation of allocationsOfCluster(answer(...ids), wanted, HOUR)) {
    taken.push((allocation as { name: string }).name);
  }
  return taken;
}

describe("OpenCost's allocations of one cluster", () => {
  test("are all of them where it knows one", async () => {
    expect(await names(["a", undefined, "a"])).toEqual(["0", "1", "2"]);
    expect(await names([])).toEqual([]);
  });

  test("are those of the one that was named", async () => {
    expect(await names(["a", "b", undefined, "a"], "a")).toEqual(["0", "3"]);
    expect(await names([], "a")).toEqual([]);
  });

  test("are refused where it knows several and none was named, with the ids", async () => {
    const failure = names(["b", "a", "b"]);
    await expect(failure).rejects.toThrow(UntrustedAnswerError);
    await expect(failure).rejects.toThrow(
      'OpenCost\'s answer for the hour 2026-11-22T10:00:00Z has the costs of 2 clusters: "a", "b"; name this cluster\'s with --opencost-cluster',
    );
  });

  test("are refused where the named one is not there, with the ids", async () => {
    await expect(names(["b", "a"], "c")).rejects.toThrow(
      new UntrustedAnswerError(
        'OpenCost\'s answer for the hour 2026-11-22T10:00:00Z has no cluster "c", which --opencost-cluster names, but "a", "b"; name one of them',
      ),
    );
  });

  test("name ten ids at most", async () => {
    const many = Array.from({ length: 12 }, (_, at) => `c${String(at).padStart(2, "0")}`);
    await expect(names(many)).rejects.toThrow(/of 12 clusters: "c00", .*"c09", …;/);
  });
});
