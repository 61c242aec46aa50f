import { ADDITIONAL_READER_DECISIONS } from "./additional-readers.ts";
import { BUCKET_DECISIONS } from "./bucket.ts";
import { CLUSTER_ROLE_DECISIONS } from "./cluster-role.ts";
import { CLUSTER_USER_DECISIONS } from "./cluster-user.ts";
import { decisionsOf, type Allowed, type Decision } from "./decision.ts";
import { EVENT_FORWARDING_DECISIONS } from "./event-forwarding.ts";
import { EXECUTION_ROLE_DECISIONS } from "./execution-role-reach.ts";
import { ROLE_KEEPING_DECISIONS } from "./execution-role.ts";
import { KEY_DECISIONS } from "./keys.ts";
import { POD_IDENTITY_DECISIONS } from "./pod-identity.ts";
import { QUERY_TABLE_DECISIONS } from "./query-tables.ts";
import { READER_DECISIONS } from "./reader.ts";
import { REPLICATION_DECISIONS } from "./replication.ts";
import { SERVICE_DECISIONS } from "./services.ts";
import { USER_DECISIONS } from "./user.ts";

/** What each allowed request is followed by: the same with one thing wrong, denied. */
export const CASES: readonly Allowed[] = [
  ...BUCKET_DECISIONS,
  ...READER_DECISIONS,
  ...ADDITIONAL_READER_DECISIONS,
  ...CLUSTER_ROLE_DECISIONS,
  ...USER_DECISIONS,
  ...CLUSTER_USER_DECISIONS,
  ...REPLICATION_DECISIONS,
  ...ROLE_KEEPING_DECISIONS,
  ...EXECUTION_ROLE_DECISIONS,
  ...POD_IDENTITY_DECISIONS,
  ...QUERY_TABLE_DECISIONS,
  ...KEY_DECISIONS,
  ...SERVICE_DECISIONS,
  ...EVENT_FORWARDING_DECISIONS,
];

/** Every row of the table, in the document's order, once: two allowed requests may have a denial in common. */
export const DECISIONS: readonly Decision[] = [
  ...new Map(CASES.flatMap(decisionsOf).map((row) => [JSON.stringify(row), row])).values(),
];
