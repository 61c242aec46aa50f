// The same documents are read again and again.
const encoded = new Map<string, string>();
const MAX_REMEMBERED = 1000;

/** RFC 3986, as IAM encodes documents: more than encodeURIComponent does. */
export function urlEncode(text: string): string {
  const known = encoded.get(text);
  if (known !== undefined) return known;
  const found = encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  if (encoded.size > MAX_REMEMBERED) encoded.clear();
  encoded.set(text, found);
  return found;
}

/** One page of a list; its marker is the place of the next item. */
export function page<T>(items: readonly T[], marker: string | undefined, size: number) {
  const from = Number(marker ?? "0");
  const more = from + size < items.length;
  return {
    items: items.slice(from, from + size),
    IsTruncated: more,
    ...(more ? { Marker: String(from + size) } : {}),
  };
}
