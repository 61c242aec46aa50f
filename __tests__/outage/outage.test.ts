import { describe, expect, jest, test } from "@jest/globals";
import { judgeStory } from "./judge.ts";
import { playStory } from "./story.ts";

jest.setTimeout(300_000);

describe("an outage of the sources, runs every hour, kills, two runs at once, 30 % of S3's answers lost or bad", () => {
  test("of 18 hours, seeds 1 and 2: afterwards nothing is missing, doubled, half-written or shrunk", async () => {
    const all = new Map<string, number>();
    for (const seed of ["1", "2"]) {
      const story = await playStory({ seed, outageHours: 18, sinkFaults: 0.3 });
      expect(await judgeStory(story, seed)).toEqual([]);
      for (const [name, count] of Object.entries(story.census)) all.set(name, (all.get(name) ?? 0) + count);
    }
    expect([...all].filter(([, count]) => count === 0)).toEqual([]);
  });

  test("a story whose S3 forgets a file is not good", async () => {
    const story = await playStory({ seed: "3", outageHours: 0, sinkFaults: 0 });
    expect(await judgeStory(story, "3")).toEqual([]);
    const objects = new Map(story.objects);
    const key = [...objects.keys()].find((each) => each.endsWith(".parquet")) ?? "";
    (story.objects as Map<string, Uint8Array>).delete(key);
    expect(await judgeStory(story, "3")).toEqual([expect.stringContaining(`missing-object ${key}`)]);
  });
});
