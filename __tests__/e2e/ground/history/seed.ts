/** A 32-bit hash (FNV-1a, then mixed): the whole randomness of the history. */
export function seededHash(text: string): number {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 16777619);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2246822519);
  hash ^= hash >>> 13;
  return hash >>> 0;
}

/** A number in [0, 1) that depends on `text` alone. */
export function seededFraction(text: string): number {
  return seededHash(text) / 4294967296;
}

/** 64 hex digits that depend on `text` alone. */
export function seededHex(text: string): string {
  return Array.from({ length: 8 }, (_, part) =>
    seededHash(`${text}${part}`).toString(16).padStart(8, "0"),
  ).join("");
}
