import { describe, expect, test } from "@jest/globals";
import { TooLate, tryInTime, whyTooLate } from "../../e2e/ground/kubernetes/in-time.ts";

describe("whether a Job can still be disturbed", () => {
  test("it can while it has no result and hours to commit", () => {
    expect(whyTooLate({ result: undefined, committed: 5 }, 6)).toBeUndefined();
  });

  test("it cannot once every hour is committed, though the Job has no result yet", () => {
    const why = whyTooLate({ result: undefined, committed: 6 }, 6);
    expect(why).toBe("6 of 6 dataset hours were committed and the Job was about to end");
  });

  test("it cannot once the Job has a result", () => {
    const why = whyTooLate({ result: "Complete", committed: 5 }, 6);
    expect(why).toBe("5 of 6 dataset hours were committed and the Job was Complete");
  });
});

describe("a disturbance that has to come in time", () => {
  /** A trial that is too late until the `inTime`-th; each one's number is in `tried`. */
  function lateUntil(inTime: number, tried: number[]): (number: number) => Promise<string> {
    return async (number) => {
      tried.push(number);
      if (number < inTime) throw new TooLate(`trial ${number} was late`);
      return `trial ${number}`;
    };
  }

  test("is tried once when it is in time", async () => {
    const tried: number[] = [];
    expect(await tryInTime("pod-deleted-1", lateUntil(1, tried))).toBe("trial 1");
    expect(tried).toEqual([1]);
  });

  test("is tried again when it was too late", async () => {
    const tried: number[] = [];
    expect(await tryInTime("pod-deleted-1", lateUntil(3, tried))).toBe("trial 3");
    expect(tried).toEqual([1, 2, 3]);
  });

  test("fails after three trials and says how each was too late", async () => {
    const tried: number[] = [];
    await expect(tryInTime("pod-deleted-1", lateUntil(4, tried))).rejects.toThrow(
      '"pod-deleted-1" came too late 3 times, so nothing was disturbed: trial 1 was late; trial 2 was late; trial 3 was late',
    );
    expect(tried).toEqual([1, 2, 3]);
  });

  test("is not tried again when something else went wrong", async () => {
    const tried: number[] = [];
    const fails = async (number: number): Promise<void> => {
      tried.push(number);
      throw new Error("the Job failed");
    };
    await expect(tryInTime("pod-deleted-1", fails)).rejects.toThrow("the Job failed");
    expect(tried).toEqual([1]);
  });
});
