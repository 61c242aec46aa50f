import type { Variables } from "./mode.ts";

/** Variables as arguments of Terraform, with what a build that may destroy the bucket asks for. */
export function asArguments(variables: Variables): string[] {
  return Object.entries({ force_destroy: "true", ...variables }).map(
    ([name, value]) => `-var=${name}=${value}`,
  );
}
