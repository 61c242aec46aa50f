import { expect, test } from "@jest/globals";
import { createLimiter } from "../../../agent-src/adapters/limiter.ts";

const never = new AbortController().signal;

test("no more than the limit are in at once, and the others follow in their order", async () => {
  const limiter = createLimiter(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  async function visit(number: number): Promise<void> {
    const leave = await limiter.enter(never);
    order.push(number);
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    leave();
    leave(); // does not let a third one in
  }
  await Promise.all([0, 1, 2, 3, 4, 5].map(visit));
  expect([most, order]).toEqual([2, [0, 1, 2, 3, 4, 5]]);
});

test("who gives up while waiting takes no turn", async () => {
  const limiter = createLimiter(1);
  const leave = await limiter.enter(never);
  const impatient = new AbortController();
  const waiting = limiter.enter(impatient.signal);
  const next = limiter.enter(never);
  impatient.abort(new Error("SIGTERM"));
  await expect(waiting).rejects.toThrow("SIGTERM");
  leave();
  (await next)();
  await expect(limiter.enter(impatient.signal)).rejects.toThrow("SIGTERM");
  (await limiter.enter(never))();
});
