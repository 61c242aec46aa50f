import { describe, expect, test } from "@jest/globals";
import { firstUnmet, hasCapability, type Requirement } from "../../e2e/ground/kubernetes/requirements.ts";

const met: Requirement = { need: "air", check: () => Promise.resolve() };

function unmet(need: string, answer: string): Requirement {
  return { need, check: () => Promise.reject(new Error(answer)) };
}

describe("what a machine has to allow", () => {
  test("nothing is said when all of it is met", async () => {
    expect(await firstUnmet([met, met])).toBeUndefined();
  });

  test("the first that is not met is told in one line, with what the machine answered last", async () => {
    const refused = unmet(
      "root, for mounts",
      '"unshare --net true" ended with 1\nunshare: Operation not permitted\n',
    );
    const why = await firstUnmet([met, refused, unmet("water", "none")]);
    expect(why).toBe("it needs root, for mounts, and has not: unshare: Operation not permitted");
  });

  test("what comes after it is not tried", async () => {
    let tried = 0;
    const counting: Requirement = { need: "water", check: () => Promise.resolve(void tried++) };
    await firstUnmet([unmet("root", "user 1000"), counting]);
    expect(tried).toBe(0);
  });
});

describe("capabilities of a process", () => {
  // A container's root as container engines start it, and root of a machine.
  const inContainer = "Name:\tnode\nCapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\n";
  const onMachine = "Name:\tnode\nCapEff:\t000001ffffffffff\n";

  test.each([
    ["CAP_CHOWN", 0, true],
    ["CAP_NET_ADMIN", 12, false],
    ["CAP_SYS_ADMIN", 21, false],
    ["CAP_MKNOD", 27, true],
  ])("a container's root: %s", (_name, number, expected) => {
    expect(hasCapability(inContainer, number)).toBe(expected);
  });

  test("a machine's root has all", () => {
    for (let number = 0; number <= 40; number++) expect(hasCapability(onMachine, number)).toBe(true);
  });

  test("a status without them is an error, not a refusal", () => {
    expect(() => hasCapability("Name:\tnode\n", 21)).toThrow(/no line "CapEff"/);
  });
});
