/** Who asks. What each of them is stands in `parties.ts`. */
export type Who =
  | "administrator"
  | "anonymous"
  | "additional reader"
  | "cluster role"
  | "cluster role with a policy of everything"
  | "cluster user"
  | "execution role"
  | "forwarding role"
  | "IAM user"
  | "reader role"
  | "replication role"
  | "stranger"
  | "EventBridge"
  | "Lambda"
  | "S3"
  | "another service";

/** What an account may switch on, as far as it changes a policy document. */
export type Setting =
  "kms" | "iam user" | "cluster users" | "pod identity" | "readers" | "replication" | "region events";

/** Condition keys of a request and their values. Texts may hold placeholders, as `{bucket}`. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** A request that is allowed. Texts may hold placeholders. */
export interface Allowed {
  readonly who: Who;
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
  /** What must be on; @default nothing: the decision holds in every deployment in which `who` exists */
  readonly when?: Setting;
  /** Why it is allowed, in one line. */
  readonly why: string;
  /** The same request with one thing wrong, each denied. */
  readonly unless: readonly Denial[];
}

/** What a denied request has that the allowed one has not: one thing, and the reason why that one thing decides. */
export interface Denial {
  readonly why: string;
  readonly change:
    | { readonly who: Who }
    /** Another action brings its own resource and condition keys where it does not take those of the allowed one. */
    | { readonly action: string; readonly resource?: string; readonly context?: Context }
    | { readonly resource: string }
    /** One condition key: another value, or `undefined` when the request does not have it. */
    | { readonly key: string; readonly value: string | readonly string[] | undefined }
    /** The same request where the setting is off. */
    | { readonly off: Setting };
}

/** One row of the table: a request, and what is answered. */
export interface Decision {
  readonly who: Who;
  /** Who is allowed it: the same, unless somebody else is what is wrong. */
  readonly allowedTo: Who;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  readonly on: readonly Setting[];
  readonly off: readonly Setting[];
  readonly allowed: boolean;
  readonly why: string;
  /** For a denial, what differs from the allowed row before it. */
  readonly changed?: "who" | "action" | "resource" | "setting" | `key ${string}`;
}

/** The rows of a case: the allowed request first, then its denials. */
export function decisionsOf(allowed: Allowed): Decision[] {
  const { who, action, resource, context = {}, when, why } = allowed;
  const request = { who, allowedTo: who, action, resource, context, on: when ? [when] : [], off: [] };
  return [{ ...request, allowed: true, why }, ...allowed.unless.map((denial) => denied(request, denial))];
}

function denied(request: Omit<Decision, "allowed" | "why">, { change, why }: Denial): Decision {
  const row = { ...request, allowed: false, why };
  if ("who" in change) return { ...row, who: change.who, changed: "who" };
  if ("action" in change) return { ...row, ...change, changed: "action" };
  if ("resource" in change) return { ...row, resource: change.resource, changed: "resource" };
  if ("off" in change) return { ...row, on: [], off: [change.off], changed: "setting" };
  const { [change.key]: _, ...others } = request.context;
  const context = change.value === undefined ? others : { ...others, [change.key]: change.value };
  return { ...row, context, changed: `key ${change.key}` };
}
