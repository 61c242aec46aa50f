import { describe, expect, test } from "@jest/globals";
import { identityPatch } from "../../e2e/ground/kubernetes/identity-mutation.ts";

const ROLE = "arn:aws:iam::123456789012:role/it";

describe("the stand-in of EKS's pod identity webhook", () => {
  test("creates the lists that a pod does not have", () => {
    const steps = identityPatch({ spec: { containers: [{ name: "export" }] } }, ROLE);
    expect(steps.map(({ path }) => path)).toEqual([
      "/spec/volumes",
      "/spec/containers/0/env",
      "/spec/containers/0/volumeMounts",
    ]);
    expect(JSON.stringify(steps)).toContain('"audience":"sts.amazonaws.com"');
  });

  test("appends to the lists that it has, and leaves a variable alone that is set", () => {
    const container = { name: "export", env: [{ name: "AWS_ROLE_ARN" }], volumeMounts: [{}] };
    const steps = identityPatch({ spec: { containers: [container], volumes: [{ name: "tmp" }] } }, ROLE);
    expect(steps.map(({ path }) => path)).toEqual([
      "/spec/volumes/-",
      "/spec/containers/0/env/-",
      "/spec/containers/0/env/-",
      "/spec/containers/0/volumeMounts/-",
    ]);
    expect(JSON.stringify(steps)).not.toContain(ROLE);
  });
});
