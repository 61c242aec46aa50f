import { describe, expect, test } from "@jest/globals";
import { sameDocument } from "../../lambda-src/reconcile/documents.ts";

function document(statement: object, version = "2012-10-17") {
  return { Version: version, Statement: [{ Effect: "Allow", ...statement }] };
}

const base = document({ Action: ["s3:GetObject", "s3:PutObject"], Resource: ["arn:aws:s3:::b/*"] });

describe("documents that decide the same", () => {
  test.each<[string, unknown, unknown]>([
    [
      "order of a list",
      base,
      document({ Action: ["s3:PutObject", "s3:GetObject"], Resource: ["arn:aws:s3:::b/*"] }),
    ],
    [
      "a string for a list of one",
      base,
      document({ Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::b/*" }),
    ],
    ["a statement for a list of one", base, { ...base, Statement: base.Statement[0] }],
    [
      "case of an action",
      base,
      document({ Action: ["S3:getobject", "s3:PutObject"], Resource: ["arn:aws:s3:::b/*"] }),
    ],
    [
      "a Sid",
      base,
      document({ Sid: "Other", Action: ["s3:GetObject", "s3:PutObject"], Resource: ["arn:aws:s3:::b/*"] }),
    ],
    [
      "order of members and statements",
      {
        Statement: [
          { Effect: "Allow", Action: "a:b" },
          { Action: "c:d", Effect: "Deny" },
        ],
        Version: "2012-10-17",
      },
      {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Deny", Action: "c:d" },
          { Action: "a:b", Effect: "Allow" },
        ],
      },
    ],
    ["everybody, in both spellings", document({ Principal: "*" }), document({ Principal: { AWS: ["*"] } })],
    [
      "case of operator and condition key, and a boolean for its text",
      document({ Condition: { Bool: { "aws:SecureTransport": false } } }),
      document({ Condition: { bool: { "AWS:securetransport": ["false"] } } }),
    ],
  ])("%s", (_name, left, right) => {
    expect(sameDocument(left, right)).toBe(true);
    expect(sameDocument(right, left)).toBe(true);
  });
});

describe("documents that differ", () => {
  test.each<[string, unknown, unknown]>([
    [
      "an effect",
      document({ Action: "a:b" }),
      { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "a:b" }] },
    ],
    ["one action more", document({ Action: ["a:b"] }), document({ Action: ["a:b", "a:c"] })],
    [
      "one statement more",
      document({ Action: "a:b" }),
      {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "a:b" },
          { Effect: "Allow", Action: "a:c" },
        ],
      },
    ],
    [
      "case of a resource",
      document({ Resource: "arn:aws:s3:::b/A" }),
      document({ Resource: "arn:aws:s3:::b/a" }),
    ],
    [
      "case of a condition's value",
      document({ Condition: { StringEquals: { k: "A" } } }),
      document({ Condition: { StringEquals: { k: "a" } } }),
    ],
    [
      "a condition's operator",
      document({ Condition: { StringEquals: { k: "a" } } }),
      document({ Condition: { StringLike: { k: "a" } } }),
    ],
    [
      "a condition less",
      document({ Condition: { StringEquals: { k: "a", l: "b" } } }),
      document({ Condition: { StringEquals: { k: "a" } } }),
    ],
    ["NotAction for Action", document({ Action: "a:b" }), document({ NotAction: "a:b" })],
    [
      "a principal's kind",
      document({ Principal: { AWS: "x" } }),
      document({ Principal: { Federated: "x" } }),
    ],
    ["a language version", document({ Action: "a:b" }), document({ Action: "a:b" }, "2008-10-17")],
    ["no document", base, undefined],
    ["a text that is no JSON", base, "{"],
  ])("%s", (_name, left, right) => {
    expect(sameDocument(left, right)).toBe(false);
    expect(sameDocument(right, left)).toBe(false);
  });
});
