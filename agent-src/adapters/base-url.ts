import { ConfigError } from "../export/errors.ts";

/** A source's address, split into what may be shown and what may not. */
export interface BaseUrl {
  /** Without credentials and without a final slash: `http://prometheus:9090/prom`. */
  readonly href: string;
  /** Value of the Authorization header when the URL held a user name. */
  readonly authorization?: string;
}

/**
 * A URL as it may be shown: without user, password, query and fragment. Works on text that is no URL, too, and then
 * leaves out too much rather than too little.
 */
export function redactUrl(text: string): string {
  return text
    .replace(/^(\w[\w+.-]*:\/*|\/\/)?.*@/s, (_, scheme: string | undefined) => `${scheme ?? ""}…@`)
    .replace(/[?#].*$/s, (rest) => `${rest[0]}…`);
}

/**
 * Reads the base URL of a source; a path prefix stays. Messages show no user, password or query, and have no cause,
 * because the runtime's error holds the whole text.
 * @throws ConfigError naming the flag and what is wrong
 */
export function parseBaseUrl(text: string, flag: string): BaseUrl {
  const shown = redactUrl(text);
  const url = read(text);
  if (!url) {
    throw new ConfigError(`${flag} "${shown}" is not a URL; expected the form "http://host:9090"`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ConfigError(
      `${flag} "${shown}" is not an http or https URL; expected the form "http://host:9090"`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw new ConfigError(
      `${flag} "${shown}" must end with its path; remove everything from "${url.search === "" ? "#" : "?"}" on`,
    );
  }
  const href = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  if (url.username === "" && url.password === "") return { href };
  const credentials = [url.username, url.password].map((part) => decode(part));
  if (credentials.includes(undefined)) {
    throw new ConfigError(
      `${flag} "${shown}" has a "%" in its user name or password that begins no escape; write it as "%25"`,
    );
  }
  const encoded = Buffer.from(credentials.join(":"), "utf8").toString("base64");
  return { href, authorization: `Basic ${encoded}` };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined; // Not escapes
  }
}

function read(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
