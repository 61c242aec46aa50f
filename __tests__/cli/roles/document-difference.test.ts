import { describe, expect, test } from "@jest/globals";
import { documentDifference } from "../../../cli/roles/document-difference.ts";

const allow = { Effect: "Allow", Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::b/x/*"] };
const wanted = {
  Version: "2012-10-17",
  Statement: [
    { Sid: "Write", ...allow },
    { Sid: "Deny", ...allow, Effect: "Deny" },
  ],
};

describe("what differs between two policy documents", () => {
  test("is nothing when they decide the same", () => {
    const same = {
      Version: "2012-10-17",
      Statement: [
        { ...allow, Effect: "Deny" },
        { Sid: "Other", ...allow, Action: "S3:putobject" },
      ],
    };
    expect(documentDifference(same, wanted)).toEqual([]);
  });

  test.each([
    ["there is none", undefined, ["there is none"]],
    ["a text", "x", ['it is no policy document: "x"']],
    [
      "one member of a statement",
      { ...wanted, Statement: [{ Sid: "Write", ...allow, Resource: "*" }, wanted.Statement[1]] },
      ['statement "Write": Resource is "*", should be "arn:aws:s3:::b/x/*"'],
    ],
    [
      "a member too many and one too few",
      {
        ...wanted,
        Statement: [
          { Sid: "Write", Effect: "Allow", NotAction: "s3:*", Resource: allow.Resource },
          wanted.Statement[1],
        ],
      },
      [
        'statement "Write": Action is missing, should be "s3:PutObject"',
        'statement "Write": NotAction is "s3:*", should not be there',
      ],
    ],
    [
      "a statement too few",
      { ...wanted, Statement: [wanted.Statement[0]] },
      [`a statement is missing: ${JSON.stringify(wanted.Statement[1])}`],
    ],
    [
      "a statement too many",
      { ...wanted, Statement: [...wanted.Statement, { Sid: "More", ...allow, Resource: "*" }] },
      [`a statement should not be there: ${JSON.stringify({ Sid: "More", ...allow, Resource: "*" })}`],
    ],
    [
      "the version",
      { ...wanted, Version: "2008-10-17" },
      ['Version is "2008-10-17", should be "2012-10-17"'],
    ],
  ])("%s", (_name, actual, lines) => {
    expect(documentDifference(actual, wanted)).toEqual(lines);
  });
});
