import { describe, expect, test } from "@jest/globals";
import type { PolicyDocument, PolicyStatement } from "../../contract/policy-document.ts";
import type { Decision } from "../../tools/policy-decisions/decision.ts";
import { DECISIONS } from "../../tools/policy-decisions/table.ts";
import { PLACE, synthesizedDeployments } from "./deployments.ts";
import type { Deployment } from "./documents.ts";
import { answerTo, applies } from "./evaluate.ts";

// A row of the table that holds is worth something only when it would not hold for another document. So each part of
// each document is taken away in turn, and some row has to be decided differently.

const DEPLOYMENTS = synthesizedDeployments();

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

/** What of a document no row of the table depends on. */
async function unpinned(deployed: Deployment, name: string, document: PolicyDocument): Promise<string[]> {
  const rows = await rowsThatRead(deployed, name);
  const free: string[] = [];
  for (const [index, original] of document.Statement.entries()) {
    for (const { what, statement } of mutationsOf(original)) {
      const others = document.Statement.filter((_, at) => at !== index);
      const mutated = { ...document, Statement: statement ? [...others, statement] : others };
      const documents = new Map([...deployed.documents, [name, mutated]]);
      if (!(await someRowChanges(rows, { ...deployed, documents }))) free.push(what);
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

/** The rows in whose decision a document has a say. */
async function rowsThatRead(deployed: Deployment, name: string): Promise<Decision[]> {
  const rows: Decision[] = [];
  for (const row of DECISIONS.filter((each) => applies(each, deployed.on))) {
    const read = new RecordingMap(deployed.documents);
    await answerTo(row, { ...deployed, documents: read }, PLACE);
    if (read.names.has(name)) rows.push(row);
  }
  return rows;
}

class RecordingMap extends Map<string, PolicyDocument> {
  readonly names = new Set<string>();

  override get(name: string): PolicyDocument | undefined {
    this.names.add(name);
    return super.get(name);
  }
}

describe("every statement, action, resource and condition is held by a row of the table", () => {
  const names = [...new Set(DEPLOYMENTS.flatMap(({ documents }) => [...documents.keys()]))];

  test.each(names)("%s", async (name) => {
    const free: string[][] = [];
    for (const deployed of DEPLOYMENTS) {
      const document = deployed.documents.get(name);
      if (document) free.push(await unpinned(deployed, name, document));
    }
    // Free in every deployment: a part of the user's policy matters only where there is a user.
    const everywhere = free.reduce((left, right) => left.filter((what) => right.includes(what)));
    expect(everywhere).toEqual([]);
  });
});
