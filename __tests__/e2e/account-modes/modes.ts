import type { Mode } from "./mode.ts";
import { CENTRAL_VIEW } from "./modes/central.ts";
import { DEFAULTS } from "./modes/defaults.ts";
import { IAM_USER, SWITCHED } from "./modes/iam-user.ts";
import { KMS } from "./modes/kms.ts";
import { REGIONS } from "./modes/regions.ts";

/** All ways that are tried. */
export const MODES: readonly Mode[] = [DEFAULTS, IAM_USER, SWITCHED, KMS, REGIONS, CENTRAL_VIEW];
