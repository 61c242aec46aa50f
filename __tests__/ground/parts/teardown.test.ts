import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startPart } from "../../e2e/ground/parts/lifecycle.ts";
import type { Part, Program } from "../../e2e/ground/parts/part.ts";
import { runningPrograms, startedPrograms } from "../../e2e/ground/parts/run-state.ts";
import { stoppingAtSignal, stopParts } from "../../e2e/ground/parts/teardown.ts";

const cache = mkdtempSync(join(tmpdir(), "container-insights-teardown-"));
beforeAll(() => {
  process.env["CONTAINER_INSIGHTS_CACHE"] = cache;
});
afterAll(() => rmSync(cache, { recursive: true }));

function sleeper(more: Partial<Program> = {}): Program {
  const ready = (): Promise<boolean> => Promise.resolve(true);
  return { name: "sleeper", command: "sleep", args: ["60"], ports: [], ready, ...more };
}

function part(name: string, program: Program, more: Partial<Part> = {}): Part {
  const install = (): Promise<void> => Promise.resolve();
  return { name, about: name, needs: [], install, prepare: () => Promise.resolve([program]), ...more };
}

describe("stopping parts", () => {
  test("a part that cannot be stopped is told, and keeps no other up", async () => {
    const stuck = part("stuck", sleeper(), { afterDown: () => Promise.reject(new Error("a mount is busy")) });
    const other = part("other", sleeper());
    await startPart(stuck);
    await startPart(other);
    await expect(stopParts([stuck, other])).rejects.toThrow("a mount is busy");
    expect([runningPrograms("stuck"), runningPrograms("other")]).toEqual([[], []]);
    await stopParts([part("stuck", sleeper())]);
  });

  test("a program is known before it is ready, so that a start that was cut short can be stopped", async () => {
    let known: readonly string[] = [];
    const slow = part(
      "slow",
      sleeper({
        ready: () => {
          known = startedPrograms("slow").map(({ name }) => name);
          return Promise.resolve(true);
        },
      }),
    );
    await startPart(slow);
    expect(known).toEqual(["sleeper"]);
    await stopParts([slow]);
    expect(startedPrograms("slow")).toEqual([]);
  });

  test("only while the work lasts does a signal stop the parts", async () => {
    const before = process.listeners("SIGTERM");
    const during = await stoppingAtSignal([], () => Promise.resolve(process.listeners("SIGTERM")));
    expect(during).toHaveLength(1);
    expect(before).not.toContain(during[0]);
    expect(process.listeners("SIGTERM")).toEqual(before);
  });
});
