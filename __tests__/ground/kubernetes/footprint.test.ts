import { describe, expect, test } from "@jest/globals";
import { footprintChanges, type Footprint } from "../../e2e/ground/kubernetes/footprint.ts";

const CLEAN: Footprint = {
  processes: [],
  interfaces: ["1: lo"],
  mounts: ["/", "/proc"],
  rules: [],
  settings: ["ip_forward 0"],
  cgroups: [],
  files: [],
};

describe("what the ground leaves", () => {
  test("nothing, when the machine is as it was", () => {
    expect(footprintChanges(CLEAN, { ...CLEAN })).toEqual([]);
  });

  test("is named by its kind, and so is what it took away", () => {
    const after = { ...CLEAN, mounts: ["/"], rules: ["table ip kube-proxy {"], settings: ["ip_forward 1"] };
    expect(footprintChanges(CLEAN, after)).toEqual([
      "mounts: lost: /proc",
      "rules: left: table ip kube-proxy {",
      "settings: left: ip_forward 1",
      "settings: lost: ip_forward 0",
    ]);
  });
});
