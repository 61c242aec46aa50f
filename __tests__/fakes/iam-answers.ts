/** RFC 3986, as IAM encodes documents: more than encodeURIComponent does. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
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
