import type { Checks } from "../checks.ts";
import type { TestCluster } from "../account/expected-role.ts";
import type { AccountUnderTest } from "../account/under-test.ts";

/** Variables of the stack, as `-var` takes them. */
export type Variables = Readonly<Record<string, string>>;

/** One apply, and what the account has then. */
export interface Step {
  readonly name: string;
  readonly variables: Variables;
  /** Everything that the stack and its Lambdas have made by then, as `listInventory` names it. */
  readonly has: readonly string[];
  /** What this apply removes or replaces, by address. @default nothing */
  readonly removes?: readonly string[];
  /** More that has to be true then. */
  readonly holds?: Readonly<Record<string, (account: AccountUnderTest) => Promise<void>>>;
}

/** One way to use the stack: applied, changed, planned again and destroyed on an emulator of its own. */
export interface Mode {
  readonly name: string;
  /** EKS clusters that the account has. */
  readonly clusters: readonly TestCluster[];
  /** Makes what the account has before the stack. @returns what the steps have to know of it, such as an ARN */
  readonly prepare?: (account: AccountUnderTest) => Promise<Readonly<Record<string, string>>>;
  readonly steps: (given: Readonly<Record<string, string>>) => readonly Step[];
  /** Where the state is to be lost after the first step, and got back by import. */
  readonly lostState?: LostState;
  /** More checks before the first apply: what a plan refuses. */
  readonly refusals?: (checks: Checks, account: AccountUnderTest) => Promise<void>;
}

/** What to ask of `container-insights import-blocks`. */
export interface LostState {
  readonly kind: "roles" | "user";
  /** Groups that the first step's variables add. @default none */
  readonly groups?: readonly string[];
}
