import { WRITER_POLICY_NAME } from "../../contract/names.ts";
import { describeChange } from "../../lambda-src/reconcile/diff.ts";
import type { ActualRole, RoleChange, RoleSpec } from "../../lambda-src/reconcile/model.ts";
import { documentDifference } from "./document-difference.ts";

function quoted(text: string | undefined): string {
  return text === undefined ? "missing" : `"${text}"`;
}

function tagLines(change: RoleChange & { readonly kind: "tags" }, role: ActualRole | undefined): string[] {
  return [
    ...Object.entries(change.set).map(
      ([key, value]) => `tag ${key} is ${quoted(role?.tags[key])}, should be "${value}"`,
    ),
    ...change.remove.map((key) => `tag ${key} is ${quoted(role?.tags[key])}, should not be there`),
  ];
}

/** What is different, a line each, for one change that would make it as wanted. `role` is missing when it is yet to be made. */
export function changeDetails(change: RoleChange, role: ActualRole | undefined, spec: RoleSpec): string[] {
  const inline = role?.inlinePolicies ?? {};
  switch (change.kind) {
    case "boundary":
      return [`permissions boundary is ${quoted(role?.boundaryArn)}, should be "${spec.boundaryArn}"`];
    case "trust":
      return documentDifference(role?.trust, spec.trust).map((line) => `trust policy: ${line}`);
    case "policy":
      return documentDifference(inline[WRITER_POLICY_NAME], spec.policy).map(
        (line) => `inline policy "${WRITER_POLICY_NAME}": ${line}`,
      );
    case "remove-inline-policy":
      return [`inline policy "${change.name}" should not be there: ${JSON.stringify(inline[change.name])}`];
    case "detach-policy":
      return [`policy "${change.arn}" should not be attached`];
    case "tags":
      return tagLines(change, role);
    case "associate":
    case "retag":
    case "reassociate":
    case "disassociate":
    case "leave-pod-identity":
      return [`to do: ${describeChange(change)}`];
  }
}
