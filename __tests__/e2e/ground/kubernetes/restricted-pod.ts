import assert from "node:assert/strict";
import { podsOfJob } from "./job.ts";
import { getObject } from "./kubectl.ts";
import { RELEASE_NAMESPACE } from "./release.ts";

interface PodObject {
  readonly spec: {
    readonly automountServiceAccountToken?: boolean;
    readonly securityContext: object;
    readonly containers: readonly {
      readonly securityContext: object;
      readonly resources: { readonly limits: Readonly<Record<string, string>> };
    }[];
  };
}

/** Asserts that the pod of a Job ran as the chart promises, by the object that the API server admitted and kept. */
export async function assertRestricted(job: string): Promise<void> {
  const [name = ""] = await podsOfJob(job);
  const { spec } = await getObject<PodObject>("pod", name, RELEASE_NAMESPACE);
  assert.equal(spec.automountServiceAccountToken, false);
  assert.deepEqual(spec.securityContext, {
    fsGroup: 65532,
    runAsGroup: 65532,
    runAsNonRoot: true,
    runAsUser: 65532,
    seccompProfile: { type: "RuntimeDefault" },
  });
  assert.equal(spec.containers.length, 1);
  for (const { securityContext, resources } of spec.containers) {
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    });
    assert.equal(resources.limits["memory"], "256Mi");
  }
}
