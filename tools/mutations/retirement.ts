import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inRole = { file: "cli/roles/predecessor-role.ts" };
const inEvidence = { file: "cli/roles/retirement.ts" };
const inCommand = { file: "cli/roles/retire-predecessor.ts" };
const stays = (name: string) => testsOf("cli/roles/retire-predecessor")(`a role that stays ${name}`);

/** What keeps `roles retire-predecessor` from deleting a role. */
export const RETIREMENT_MUTATIONS: readonly Mutation[] = [
  {
    name: "retirement: path",
    ...inRole,
    find: '(role.path === "/" ?',
    replace: "(true ?",
    test: stays("at a path"),
  },
  {
    name: "retirement: our tags",
    ...inRole,
    find: ".filter((key) => key in role.tags)",
    replace: ".filter(() => false)",
    test: stays("with a tag of ours"),
  },
  {
    name: "retirement: principals",
    ...inRole,
    find: "statements.every((statement) => letsOnlyTheAgentIn(statement, region))",
    replace: "true",
    test: stays("that trusts another service"),
  },
  {
    name: "retirement: service account",
    ...inRole,
    find: "subjects.every((one) => SUBJECTS.includes(String(one)))",
    replace: "true",
    test: stays("that trusts another service account"),
  },
  {
    name: "retirement: some service account",
    ...inRole,
    find: "subjects.length > 0 &&",
    replace: "",
    test: stays("that trusts one of no service account"),
  },
  {
    name: "retirement: region of the trusted cluster",
    ...inRole,
    find: "provider?.[2] === region &&",
    replace: "",
    test: stays("that trusts a cluster of another region"),
  },
  {
    name: "retirement: inline policies",
    ...inRole,
    find: "(policy) => !INLINE_POLICIES.includes(policy)",
    replace: "() => false",
    test: stays("with an inline policy of somebody else"),
  },
  {
    name: "retirement: attached policies",
    ...inRole,
    find: "...attachedPolicies.map(",
    replace: "...attachedPolicies.slice(0, 0).map(",
    test: stays("with an attached policy"),
  },
  {
    name: "retirement: instance profiles",
    ...inRole,
    find: "...instanceProfiles.map(",
    replace: "...instanceProfiles.slice(0, 0).map(",
    test: stays("in an instance profile"),
  },
  {
    name: "retirement: use",
    ...inEvidence,
    find: "...usedReason(facts, question, cluster, now),",
    replace: "",
    test: stays("that was used within the hours"),
  },
  {
    name: "retirement: manifest",
    ...inEvidence,
    find: "...manifestReason(manifest, question, sink.url),",
    replace: "",
    test: stays("whose cluster wrote nothing"),
  },
  {
    name: "retirement: the same as was shown",
    ...inCommand,
    find: "await checkAgain(question, archive, retirement);",
    replace: "",
    test: stays("became another while a person thought about it"),
  },
  {
    name: "retirement: kept in a file first",
    ...inCommand,
    find: 'await writeFile(backup, kept, { flag: "wx" });',
    replace: "",
    test: stays("cannot be kept in a file first"),
  },
];
