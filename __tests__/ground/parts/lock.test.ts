import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { holdingTheGround } from "../../e2e/ground/parts/lock.ts";

const PROJECT = join(import.meta.dirname, "../../..");

// A cache of its own: a ground that is up on this machine is another's.
const cache = mkdtempSync(join(tmpdir(), "container-insights-lock-"));
beforeAll(() => {
  process.env["CONTAINER_INSIGHTS_CACHE"] = cache;
});
afterAll(() => rmSync(cache, { recursive: true }));

describe("the lock on the ground", () => {
  test("one after the other: the second waits, says so once, and starts when the first is done", async () => {
    const order: string[] = [];
    let endFirst = (): void => undefined;
    const mayEnd = new Promise<void>((resolve) => (endFirst = resolve));
    const first = holdingTheGround(async () => {
      order.push("first begins");
      await mayEnd;
      order.push("first ends");
    });
    while (order.length === 0) await sleep(1);
    const onWait = (): void => {
      order.push("second waits");
      setTimeout(endFirst, 600);
    };
    const second = holdingTheGround(() => Promise.resolve(order.push("second begins")), { onWait });
    await Promise.all([first, second]);
    expect(order).toEqual(["first begins", "second waits", "first ends", "second begins"]);
  });

  test("is free again after work that failed", async () => {
    await expect(holdingTheGround(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    await expect(holdingTheGround(() => Promise.resolve("done"), { waitSeconds: 0 })).resolves.toBe("done");
  });

  test("is refused with the way out when the wait is over", async () => {
    const late = holdingTheGround(() => holdingTheGround(() => Promise.resolve("never"), { waitSeconds: 0 }));
    await expect(late).rejects.toThrow(/wait for it, or name another cache in CONTAINER_INSIGHTS_CACHE/);
  });

  test("ends with a process that was killed", async () => {
    const script =
      'import { holdingTheGround } from "./__tests__/e2e/ground/parts/lock.ts";' +
      'await holdingTheGround(() => { console.log("held"); return new Promise(() => setInterval(() => 0, 1e6)); });';
    const args = ["--import", "tsx", "--input-type=module", "--eval", script];
    const holder = spawn(process.execPath, args, {
      cwd: PROJECT,
      env: { ...process.env, CONTAINER_INSIGHTS_CACHE: cache },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    const early = holdingTheGround(() => Promise.resolve("never"), { waitSeconds: 0 });
    await expect(early).rejects.toThrow("Another process");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await expect(holdingTheGround(() => Promise.resolve("done"), { waitSeconds: 5 })).resolves.toBe("done");
  });
});
