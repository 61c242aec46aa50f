import { describe, expect, test } from "@jest/globals";
import { policyDocument, type PolicyDocument, type PolicyStatement } from "../../contract/policy-document.ts";
import type { Decision } from "../../tools/policy-decisions/decision.ts";
import { DECISIONS } from "../../tools/policy-decisions/table.ts";
import { PLACE, synthesizedDeployments } from "./deployments.ts";
import type { Deployment } from "./documents.ts";
import { answerTo, applies } from "./evaluate.ts";

// A row of the table that holds is worth something only when it would not hold for another document. So each part of
// each document is taken away in turn, and some row has to be decided differently.

const DEPLOYMENTS = synthesizedDeployments();

class RecordingMap extends Map<string, PolicyDocument> {
  readonly names = new Set<string>();

  override get(name: string): PolicyDocument | undefined {
    this.names.add(name);
    return super.get(name);
  }
}

/** Which documents have a say in the decision of each row. */
const READ = Promise.all(
  DEPLOYMENTS.map(async (deployed) => {
    const reads: { row: Decision; names: ReadonlySet<string> }[] = [];
    for (const row of DECISIONS.filter((each) => applies(each, deployed.on))) {
      const documents = new RecordingMap(deployed.documents);
      await answerTo(row, { ...deployed, documents }, PLACE);
      reads.push({ row, names: documents.names });
    }
    return { deployed, reads };
  }),
);

interface Mutation {
  readonly what: string;
  /** In place of the statement; undefined: without it. */
  readonly statement: PolicyStatement | undefined;
}

function mutationsOf(statement: PolicyStatement): Mutation[] {
  const { Sid: sid, Action: actions, Resource: resources, Condition: condition } = statement;
  return [
    { what: `statement "${sid}"`, statement: undefined },
    ...(actions.length < 2
      ? []
      : actions.map((action) => ({
          what: `"${action}" of "${sid}"`,
          statement: { ...statement, Action: actions.filter((other) => other !== action) },
        }))),
    ...(resources === undefined || resources.length < 2
      ? []
      : resources.map((resource) => ({
          what: `"${resource}" of "${sid}"`,
          statement: { ...statement, Resource: resources.filter((other) => other !== resource) },
        }))),
    ...Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key) => {
        const { [key]: _, ...others } = keys;
        return {
          what: `condition "${key}" of "${sid}"`,
          statement: { ...statement, Condition: { ...condition, [operator]: others } },
        };
      }),
    ),
    // The fence of a bucket's own policy is the bucket, whatever it says: S3 refuses any other.
    ...(resources === undefined || resources.includes("*") || statement.Principal !== undefined
      ? []
      : [{ what: `the fence of "${sid}"`, statement: { ...statement, Resource: ["*"] } }]),
  ];
}

/** What of a document no row of the table depends on, where the most rows depend on the document. */
async function unpinned(name: string): Promise<string[]> {
  const inDeployments = (await READ).map(({ deployed, reads }) => ({
    deployed,
    rows: reads.filter(({ names }) => names.has(name)).map(({ row }) => row),
  }));
  const { deployed, rows } = inDeployments.reduce((most, each) =>
    each.rows.length > most.rows.length ? each : most,
  );
  const document = deployed.documents.get(name);
  const free: string[] = [];
  for (const [index, original] of (document?.Statement ?? []).entries()) {
    for (const { what, statement } of mutationsOf(original)) {
      const others = document?.Statement.filter((_, at) => at !== index) ?? [];
      const mutated = policyDocument(...others, ...(statement ? [statement] : []));
      const documents = new Map([...deployed.documents, [name, mutated]]);
      // Most likely a row with one of its actions changes.
      const likely = (row: Decision): number => (original.Action.includes(row.action) ? 0 : 1);
      const inOrder = [...rows].sort((left, right) => likely(left) - likely(right));
      if (!(await someRowChanges(inOrder, { ...deployed, documents }))) free.push(what);
    }
  }
  return free;
}

async function someRowChanges(rows: readonly Decision[], mutated: Deployment): Promise<boolean> {
  for (const row of rows) {
    if (((await answerTo(row, mutated, PLACE)) === "Allowed") !== row.allowed) return true;
  }
  return false;
}

describe("every statement, action, resource and condition is held by a row of the table", () => {
  const names = [...new Set(DEPLOYMENTS.flatMap(({ documents }) => [...documents.keys()]))];

  test.each(names)("%s", async (name) => {
    expect(await unpinned(name)).toEqual([]);
  });
});
