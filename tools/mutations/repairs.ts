import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inDiff = { file: "lambda-src/reconcile/diff.ts" };
const inDocuments = { file: "lambda-src/reconcile/documents.ts" };
const inPodIdentity = { file: "lambda-src/reconcile/pod-identity.ts" };
const inAssociations = { file: "lambda-src/reconcile/apply-associations.ts" };
const inApply = { file: "lambda-src/reconcile/apply.ts" };
const podIdentity = testsOf("lambda-src/pod-identity");
const associations = testsOf("lambda-src/associations");
const same = (name: string) => testsOf("lambda-src/documents")(`documents that decide the same ${name}`);
const different = (name: string) => testsOf("lambda-src/documents")(`documents that differ ${name}`);

/** Each difference of a role that was edited by hand. */
function unseen(what: string, find: string, replace: string): Mutation {
  const name = "a role edited by hand is repaired: boundary first, then trust, policy, extras and tags";
  return { name: `repair: ${what}`, ...inDiff, find, replace, test: testsOf("lambda-src/reconcile")(name) };
}

const DIFFERENCES: readonly Mutation[] = [
  unseen("boundary", "if (role.boundaryArn !== spec.boundaryArn)", "if (false)"),
  unseen("trust", "if (!sameDocument(role.trust, spec.trust))", "if (false)"),
  unseen("policy", "if (!sameDocument(role.inlinePolicies[WRITER_POLICY_NAME], spec.policy))", "if (false)"),
  unseen("other inline policies", "(name) => name !== WRITER_POLICY_NAME", "() => false"),
  unseen("attached policies", 'if (role.detail === "full") {', "if (false) {"),
  unseen("tags", "([key, value]) => role.tags[key] !== value", "() => false"),
  unseen(
    "boundary before what it limits",
    "changes.push(...tagChange(role, spec));\n  return changes;",
    "changes.push(...tagChange(role, spec));\n  return changes.reverse();",
  ),
];

const DOCUMENTS: readonly Mutation[] = [
  {
    name: "documents: Sids do not matter",
    ...inDocuments,
    find: '.filter(([name]) => name !== "Sid")',
    replace: "",
    test: same("a Sid"),
  },
  {
    name: "documents: order of a list does not matter",
    ...inDocuments,
    find: "[...new Set(list.map(String))].sort()",
    replace: "list.map(String)",
    test: same("order of a list"),
  },
  {
    name: "documents: case of actions does not matter",
    ...inDocuments,
    find: "return values(value).map(lowerCase);",
    replace: "return values(value);",
    test: same("case of an action"),
  },
  {
    name: "documents: case of resources matters",
    ...inDocuments,
    find: 'case "NotResource":\n      return values(value);',
    replace: 'case "NotResource":\n      return values(value).map(lowerCase);',
    test: different("case of a resource"),
  },
  {
    name: "documents: conditions matter",
    ...inDocuments,
    find: "return mapEntries(value, lowerCase, (keys) => mapEntries(keys, lowerCase, values));",
    replace: 'return "";',
    test: different("a condition less"),
  },
  {
    name: "documents: a condition's operator matters",
    ...inDocuments,
    find: "mapEntries(value, lowerCase, (keys)",
    replace: 'mapEntries(value, () => "", (keys)',
    test: different("a condition's operator"),
  },
  {
    name: "documents: case of a condition's value matters",
    ...inDocuments,
    find: "mapEntries(keys, lowerCase, values)",
    replace: "mapEntries(keys, lowerCase, (value) => values(value).map(lowerCase))",
    test: different("case of a condition's value"),
  },
  {
    name: "documents: the effect matters",
    ...inDocuments,
    find: 'case "Condition":',
    replace: 'case "Effect":\n      return "";\n    case "Condition":',
    test: different("an effect"),
  },
  {
    name: "documents: the kind of a principal matters",
    ...inDocuments,
    find: 'mapEntries(value === "*" ? { AWS: "*" } : value, same, values)',
    replace: 'mapEntries(value === "*" ? { AWS: "*" } : value, () => "", values)',
    test: different("a principal's kind"),
  },
  {
    name: "documents: the language version matters",
    ...inDocuments,
    find: 'document["Version"] ?? "2008-10-17",',
    replace: "",
    test: different("a language version"),
  },
];

const ASSOCIATIONS: readonly Mutation[] = [
  {
    name: "associations: managed-by tag",
    ...inPodIdentity,
    find: "tags[TAG.managedBy] === MANAGED_BY && ",
    replace: "",
    test: associations(
      "an association with another role of this deployment's name that somebody else manages is a conflict",
    ),
  },
  {
    name: "associations: deployment tag",
    ...inPodIdentity,
    find: " && tags[TAG.deployment] === bucket",
    replace: "",
    test: associations("an association with another role of another deployment is a conflict"),
  },
  {
    name: "associations: only ours are put right",
    ...inPodIdentity,
    find: "else if (ownsAssociation(found, deployment)) {",
    replace: "else if (true) {",
    test: podIdentity("an association of somebody else's is a conflict, and stays"),
  },
  {
    name: "associations: only ours are retired",
    ...inPodIdentity,
    find: "if (ownsAssociation(rest, deployment)) changes",
    replace: "changes",
    test: podIdentity(
      "associations of ours for a service account that no longer writes go; those of others stay",
    ),
  },
  {
    name: "associations: only ours are removed with the role",
    ...inAssociations,
    find: "if (!ownsAssociation(association, deployment)) continue;",
    replace: "",
    test: podIdentity("a destroy removes the association before the role"),
  },
  {
    name: "associations: ours are removed with the role",
    ...inApply,
    find: "if (cluster && usedByPodIdentity(role, cluster.name, deployment)) {",
    replace: "if (false) {",
    test: podIdentity("a destroy removes the association before the role"),
  },
  {
    name: "associations: removed by the role's trust, too",
    ...inApply,
    find: " || trustsPodIdentity(role.trust)",
    replace: "",
    test: associations(
      "a destroy right after the setting changed still removes the association that the role's trust tells of",
    ),
  },
  {
    name: "associations: somebody faster is not overruled",
    ...inAssociations,
    find: "if (found?.roleArn === spec.arn) return;",
    replace: "return;",
    test: associations(
      "somebody who is faster to associate the service account with another role is not overruled",
    ),
  },
  {
    name: "associations: left before the trust changes",
    ...inDiff,
    find: 'changes.push({ kind: "leave-pod-identity" });\n  if (!sameDocument(role.trust, spec.trust)) changes.push({ kind: "trust" });',
    replace:
      'changes.push({ kind: "trust" }, { kind: "leave-pod-identity" });\n  else if (!sameDocument(role.trust, spec.trust)) changes.push({ kind: "trust" });',
    test: podIdentity("a switch away that fails halfway is finished by the next run"),
  },
  {
    name: "associations: left at all",
    ...inDiff,
    find: 'if (spec.identity === "irsa" && trustsPodIdentity(role.trust))',
    replace: "if (false)",
    test: podIdentity(
      "a cluster that leaves Pod Identity loses our association and trusts its OIDC provider",
    ),
  },
];

/** What a role is compared by, and whose associations are touched. */
export const REPAIR_MUTATIONS: readonly Mutation[] = [...DIFFERENCES, ...DOCUMENTS, ...ASSOCIATIONS];
