import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startPart } from "../../e2e/ground/parts/lifecycle.ts";
import type { Part, Program } from "../../e2e/ground/parts/part.ts";
import { isRunning } from "../../e2e/ground/parts/processes.ts";
import { runningPrograms, startedPrograms } from "../../e2e/ground/parts/run-state.ts";
import { stopParts } from "../../e2e/ground/parts/teardown.ts";

const PROJECT = join(import.meta.dirname, "../../..");

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

  test.each(["SIGINT", "SIGTERM"] as const)("%s, even twice, stops what was started", async (signal) => {
    const script = `
      import { startPart } from "./__tests__/e2e/ground/parts/lifecycle.ts";
      import { stoppingAtSignal } from "./__tests__/e2e/ground/parts/teardown.ts";
      import { endInOrderAtSignals } from "./__tests__/e2e/ground/signals.ts";
      const ready = () => Promise.resolve(true);
      const program = { name: "sleeper", command: "sleep", args: ["60"], ports: [], ready };
      const part = { name: "signalled", about: "", needs: [], install: ready, prepare: async () => [program] };
      endInOrderAtSignals();
      await stoppingAtSignal([part], async () => {
        await startPart(part);
        console.log("up");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const args = ["--import", "tsx", "--input-type=module", "--eval", script];
    const env = { ...process.env, CONTAINER_INSIGHTS_CACHE: cache };
    const child = spawn(process.execPath, args, { cwd: PROJECT, env, stdio: ["ignore", "pipe", "ignore"] });
    await once(child.stdout, "data");
    const [sleeping] = runningPrograms("signalled");
    expect(sleeping).toBeDefined();
    child.kill(signal);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(startedPrograms("signalled")).toEqual([]);
    expect(sleeping && isRunning(sleeping)).toBe(false);
  });
});
