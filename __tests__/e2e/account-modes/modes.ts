import type { Mode } from "./mode.ts";
import { CENTRAL_VIEW } from "./modes/central.ts";
import { DEFAULTS } from "./modes/defaults.ts";
import { IAM_USER, SWITCHED } from "./modes/iam-user.ts";
import { KMS } from "./modes/kms.ts";
import { REGIONS } from "./modes/regions.ts";

/** The ways that are tried every time. */
export const MODES: readonly Mode[] = [DEFAULTS, IAM_USER, KMS, REGIONS, CENTRAL_VIEW];

/** Those that take longer than the others: on demand, and in `.ci/nightly`. */
export const LONG_MODES: readonly Mode[] = [SWITCHED];
