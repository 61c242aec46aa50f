import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseInventory } from "../../lambda-src/reconcile/inventory.ts";
import { planRun } from "../../lambda-src/reconcile/reconcile.ts";
import { actionLine } from "../../lambda-src/reconcile/action-line.ts";
import { recordDemoInventory } from "../fakes/demo-account.ts";

const RECORDED = join(import.meta.dirname, "../../demo/recorded/account-inventory.json");

describe("the recorded inventory of the demo", () => {
  test("is what the observer sees of the demo account (record-demo-inventory.ts writes it anew)", async () => {
    const recorded = parseInventory(await readFile(RECORDED, "utf8"), RECORDED);
    expect(recorded).toEqual(JSON.parse(JSON.stringify(await recordDemoInventory())));
  });

  test("plans each kind of work once and leaves the rest alone, without AWS", async () => {
    const { deployment, observation, observedAt } = parseInventory(
      await readFile(RECORDED, "utf8"),
      RECORDED,
    );
    const plan = planRun(deployment, observation, new Date(observedAt));
    const actions = plan.actions.map(actionLine).map(({ action, role }) => `${action} ${role}`);
    expect(actions).toEqual([
      "update nops-container-cost-checkout-staging_eu-west-1",
      "create nops-container-cost-data-platform_eu-west-1",
      "create nops-container-cost-Analytics_us-east-1-106a7b8e",
      "delete nops-container-cost-legacy-2024_eu-west-1",
    ]);
    expect(plan.notes.map(({ kind }) => kind).sort()).toEqual(
      ["unchanged", "unchanged", "waiting", "waiting", "held", "held", "conflict"].sort(),
    );
  });
});

describe("reading an inventory", () => {
  test("what is not JSON is named", () => {
    expect(() => parseInventory("{", "file.json")).toThrow(
      'Cannot read the inventory "file.json": it is not JSON',
    );
  });

  test("all problems are listed together", () => {
    const text = JSON.stringify({ version: 1, observedAt: "yesterday", observation: {} });
    expect(() => parseInventory(text, "file.json")).toThrow(
      /observedAt: .*deployment: .*observation\.regions: /,
    );
  });
});
