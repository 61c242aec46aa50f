import { beforeEach, describe, expect, test } from "@jest/globals";
import { parseManifest } from "../../../contract/manifest.ts";
import { commitHour } from "../../../agent-src/export/commit.ts";
import { TransientError } from "../../../agent-src/export/errors.ts";
import type { Sink } from "../../../agent-src/export/sink.ts";
import { allocationRows, answering, CLUSTER_ARN, datasetNamed, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DATA = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
const MANIFEST = "_manifests/date=2026-11-22/10/allocation.json";

let stored: MemorySink;
beforeEach(() => {
  stored = new MemorySink();
});

/** The sink as one sees it who gets no answer to a write of `key`; `does`: what the sink made of the write. */
function silentAbout(key: string, does: "all of it" | "nothing" | "something else", reads = true): Sink {
  const lost = (): never => {
    throw new TransientError("no answer");
  };
  const spoil = (): void => void stored.objects.set(key, new TextEncoder().encode("somebody else's"));
  return {
    url: stored.url,
    list: (prefix) => stored.list(prefix),
    head: (asked) => stored.head(asked),
    read: async (asked) => (asked === key && !reads ? lost() : stored.read(asked)),
    async put(to, bytes, type, condition) {
      if (to !== key) return stored.put(to, bytes, type, condition);
      if (does === "all of it") await stored.put(to, bytes, type, condition);
      if (does === "something else") spoil();
      return lost();
    },
    async upload(to, type) {
      const upload = await stored.upload(to, type);
      if (to !== key) return upload;
      return {
        ...upload,
        async complete(condition) {
          if (does === "all of it") await upload.complete(condition);
          if (does === "something else") spoil();
          return lost();
        },
      };
    },
  };
}

function commit(sink: Sink): ReturnType<typeof commitHour> {
  return commitHour({
    subject: { dataset: datasetNamed("allocation"), clusterArn: CLUSTER_ARN, hour: TEN },
    open: answering((hour) => allocationRows(hour, 30)),
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T11:05:00Z"),
  });
}

describe.each([
  ["the data object", DATA],
  ["the manifest", MANIFEST],
])("a write of %s of which every answer is lost", (_, key) => {
  test("and that was done is a commit", async () => {
    expect((await commit(silentAbout(key, "all of it"))).how).toBe("written");
    expect(parseManifest(stored.text(MANIFEST))).toMatchObject({ rows: 30, revision: 1 });
    expect(stored.writes).toEqual([DATA, MANIFEST]);
  });

  test.each(["nothing", "something else"] as const)("and that did %s is the failure it was", async (does) => {
    await expect(commit(silentAbout(key, does))).rejects.toThrow(/^no answer$/);
  });

  test("and that cannot be looked up is a failure, which the next run finds done", async () => {
    await expect(commit(silentAbout(key, "all of it", false))).rejects.toThrow(/^no answer$/);
    const again = await commit(stored);
    expect(again.how).toBe(key === DATA ? "recovered" : "already");
    expect(stored.writes).toEqual([DATA, MANIFEST]);
  });
});
