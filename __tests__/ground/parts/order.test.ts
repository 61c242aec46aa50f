import { describe, expect, test } from "@jest/globals";
import { onlyNamed, withDependents, withNeeds } from "../../e2e/ground/parts/order.ts";
import type { Part } from "../../e2e/ground/parts/part.ts";
import { PARTS } from "../../e2e/ground/parts/registry.ts";

function part(name: string, needs: readonly string[] = []): Part {
  return { name, about: name, needs, install: () => Promise.resolve(), prepare: () => Promise.resolve([]) };
}

const STORE = part("store");
const SERVER = part("server", ["store"]);
const NODE = part("node", ["server"]);
const OTHER = part("other");
const ALL = [STORE, SERVER, NODE, OTHER];

describe("the order of parts", () => {
  test("a part comes up after everything it needs, directly or not", () => {
    expect(withNeeds(ALL, ["node"])).toEqual([STORE, SERVER, NODE]);
    expect(withNeeds(ALL, ["other", "server"])).toEqual([STORE, SERVER, OTHER]);
  });

  test("a part goes down after everything that needs it, and what it needs stays", () => {
    expect(withDependents(ALL, ["server"])).toEqual([NODE, SERVER]);
  });

  test("no name means all, and down is the reverse of up", () => {
    expect(withNeeds(ALL, [])).toEqual(ALL);
    expect(withDependents(ALL, [])).toEqual([...ALL].reverse());
    expect(onlyNamed(ALL, [])).toEqual(ALL);
  });

  test("a part on demand comes up when it is named, or needed, and goes down with all", () => {
    const rare = { ...part("rare"), onDemand: true };
    const user = part("user", ["rare"]);
    const all = [STORE, rare, user];
    expect(withNeeds([STORE, rare], [])).toEqual([STORE]);
    expect(withNeeds(all, ["rare"])).toEqual([rare]);
    expect(withNeeds(all, [])).toEqual(all);
    expect(withDependents(all, [])).toEqual([user, rare, STORE]);
  });

  test.each([withNeeds, withDependents, onlyNamed])(
    "an unknown name is refused with the known ones",
    (choose) => {
      expect(() => choose(ALL, ["nod"])).toThrow(
        'There is no part "nod"; choose from store, server, node, other',
      );
    },
  );

  test("the registry lists every part after what it needs", () => {
    const seen = new Set<string>();
    for (const { name, needs } of PARTS) {
      expect([...seen]).toEqual(expect.arrayContaining([...needs]));
      seen.add(name);
    }
    expect(seen.size).toBe(PARTS.length);
  });
});
