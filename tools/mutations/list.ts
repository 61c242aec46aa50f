import { DELETION_MUTATIONS } from "./deletions.ts";
import type { Mutation } from "./mutation.ts";

/** Every guard of the role reconciler, turned off one by one. */
export const MUTATIONS: readonly Mutation[] = [...DELETION_MUTATIONS];
