import type { LostState, Mode } from "./mode.ts";
import { CENTRAL_VIEW } from "./modes/central.ts";
import { DEFAULTS } from "./modes/defaults.ts";
import { IAM_USER, SWITCHED } from "./modes/iam-user.ts";
import { KMS } from "./modes/kms.ts";
import { REGIONS } from "./modes/regions.ts";

/** The ways that are tried every time. */
export const MODES: readonly Mode[] = [DEFAULTS, IAM_USER, KMS, REGIONS, CENTRAL_VIEW];

/** Those for which there is no time then: on demand, and in `.ci/nightly`. */
export const LONG_MODES: readonly Mode[] = [
  SWITCHED,
  losing(IAM_USER, { kind: "user" }),
  losing(KMS, { kind: "roles" }),
  losing(REGIONS, { kind: "roles" }),
  losing(CENTRAL_VIEW, { kind: "roles", groups: ["alarms", "replication"] }),
];

/** The same, but that the state is lost on the way. */
function losing(mode: Mode, lostState: LostState): Mode {
  return { ...mode, name: `${mode.name}, its state lost`, lostState };
}
