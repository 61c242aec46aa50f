import { describe, expect, test } from "@jest/globals";
import { readableByCheckov } from "../e2e/checkov/readable.ts";
import { readSkips } from "../e2e/checkov/skips.ts";

describe(".checkov.yaml", () => {
  test.each(readSkips())("skips $id for a reason: $reason", ({ id, reason }) => {
    expect(id).toMatch(/^CKV2?_[A-Z0-9]+_\d+$/);
    expect(reason).toMatch(/^[A-Z].*\.$/s);
    expect(reason.length).toBeGreaterThan(40);
  });

  test("skips nothing twice", () => {
    const ids = readSkips().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("a stack is made readable for checkov without losing a block", () => {
  const stack = {
    terraform: { required_version: ">= 1.10", backend: { local: {} } },
    resource: {
      aws_s3_bucket_lifecycle_configuration: {
        data: {
          rule: [{ id: "first", dynamic: { expiration: { for_each: "${[1]}", content: { days: 1 } } } }],
          dynamic: { rule: [{ for_each: "${[1]}", content: { id: "second" } }] },
        },
      },
    },
  };
  expect(readableByCheckov(stack)).toEqual({
    terraform: { backend: { local: {} } },
    resource: {
      aws_s3_bucket_lifecycle_configuration: {
        data: { rule: [{ id: "first", expiration: [{ days: 1 }] }, { id: "second" }] },
      },
    },
  });
});
