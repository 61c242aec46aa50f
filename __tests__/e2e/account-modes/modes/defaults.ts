import { assertRole } from "../../account/under-test.ts";
import { assertEncryption, assertTags } from "../bucket-facts.ts";
import type { Mode } from "../mode.ts";
import { ALWAYS, RECONCILER, rolesOf } from "../parts-list.ts";
import { refuseAtPlan } from "../refusals.ts";
import { PROD, SHOP } from "./clusters.ts";

const HAS = [...ALWAYS, ...RECONCILER, ...rolesOf(PROD)];

/** Nothing is set but what destroying a bucket needs. */
export const DEFAULTS: Mode = {
  name: "the defaults",
  clusters: [PROD, SHOP],
  lostState: { kind: "roles" },
  refusals: refuseAtPlan,
  steps: () => [
    {
      name: "without any variable",
      variables: {},
      has: HAS,
      holds: {
        "the cluster of the stack's own region has its role": (account) => assertRole(account, PROD),
        "the bucket is encrypted with S3's own keys": ({ aws }) => assertEncryption(aws, "AES256"),
      },
    },
    {
      name: "with tags",
      variables: { tags: '{"team"="finops"}' },
      has: HAS,
      holds: { "the bucket carries them": ({ aws }) => assertTags(aws, { team: "finops" }) },
    },
  ],
};
