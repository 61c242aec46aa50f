import { ConfigError } from "../export/errors.ts";

/** A source's address, split into what may be shown and what may not. */
export interface BaseUrl {
  /** Without credentials and without a final slash: `http://prometheus:9090/prom`. */
  readonly href: string;
  /** Value of the Authorization header when the URL held a user name. */
  readonly authorization?: string;
}

/**
 * Reads the base URL of a source; a path prefix stays.
 * @throws ConfigError naming the flag and what is wrong
 */
export function parseBaseUrl(text: string, flag: string): BaseUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new ConfigError(`${flag} "${text}" is not a URL; expected the form "http://host:9090"`, { cause });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ConfigError(
      `${flag} "${text}" is not an http or https URL; expected the form "http://host:9090"`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw new ConfigError(
      `${flag} "${url.origin}${url.pathname}" must end with its path; remove "${url.search}${url.hash}"`,
    );
  }
  const href = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  if (url.username === "") return { href };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { href, authorization: `Basic ${Buffer.from(credentials, "utf8").toString("base64")}` };
}
