const MAX_PREFIX = 253;
const MAX_NAME = 63;
const PREFIX = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const BEGINNING = /^[A-Za-z0-9._-]*(\/[A-Za-z0-9._-]*)?$/;

/**
 * Keys of labels or annotations from a comma list; some may be beginnings that end in `*`. None when absent.
 * Source of the rules: Kubernetes, "Labels and Selectors", syntax and character set.
 * @throws Error that names the flag and the first key that is none
 */
export function readKeyList(flag: string, text: string | undefined): readonly string[] {
  if (text === undefined || text.trim() === "") return [];
  const keys = text.split(",").map((key) => key.trim());
  for (const key of keys) {
    const wrong = key.includes("*") ? wrongBeginning(key) : wrongKey(key);
    if (wrong !== undefined) throw new Error(`${flag} names "${key}", ${wrong}`);
  }
  return keys;
}

function wrongBeginning(key: string): string | undefined {
  if (key.indexOf("*") !== key.length - 1)
    return 'where a "*" is not at the end; only beginnings can be given, as "example.com/*"';
  if (BEGINNING.test(key.slice(0, -1))) return undefined;
  return 'with which no key can begin; use for example "example.com/*"';
}

function wrongKey(key: string): string | undefined {
  if (key === "") return "an empty key; remove the comma too many";
  const slash = key.indexOf("/");
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (prefix !== undefined && prefix.length > MAX_PREFIX) {
    return `whose part before the slash has ${prefix.length} characters; Kubernetes' limit is ${MAX_PREFIX}`;
  }
  if (name.length > MAX_NAME)
    return `whose name has ${name.length} characters; Kubernetes' limit is ${MAX_NAME}`;
  if (NAME.test(name) && (prefix === undefined || PREFIX.test(prefix))) return undefined;
  return 'which is no key of a label; use for example "team", "example.com/team" or "example.com/*"';
}
