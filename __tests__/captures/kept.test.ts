import { describe, expect, test } from "@jest/globals";
import { allCaptures } from "../e2e/captures/all-captures.ts";
import { findStaleCaptures } from "../e2e/captures/store.ts";

describe("the captured payloads", () => {
  test("are of the pinned versions, complete and small", async () => {
    expect(await findStaleCaptures(allCaptures())).toEqual([]);
  });

  test("are missed when a pinned version moves on, or a part is captured that was not before", async () => {
    const [first, ...others] = allCaptures();
    if (!first) throw new Error("nothing is captured");
    expect(await findStaleCaptures([{ ...first, version: "9.9.9" }, ...others])).toEqual([
      `"${first.name}" is of version "${first.version}", pinned is "9.9.9"`,
    ]);
    expect(await findStaleCaptures([...allCaptures(), { ...first, name: "new" }])).toEqual([
      '"new" was never captured; run "npm run captures new"',
    ]);
    expect(await findStaleCaptures(others)).toEqual([
      `"${first.name}" is kept, and nothing captures it any more`,
    ]);
  });
});
