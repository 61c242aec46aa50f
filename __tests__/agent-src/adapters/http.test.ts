import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { parseBaseUrl } from "../../../agent-src/adapters/base-url.ts";
import { openJson, type HttpSource, type Refusal } from "../../../agent-src/adapters/http.ts";
import { createLimiter } from "../../../agent-src/adapters/limiter.ts";
import { admitterOf } from "../../../agent-src/adapters/source-access.ts";
import { ConfigError, TransientError } from "../../../agent-src/export/errors.ts";
import { sendJson, startSource, type FakeSource } from "../../fakes/http-source.ts";

const open: FakeSource[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

async function start(answer: Parameters<typeof startSource>[0]): Promise<FakeSource> {
  const source = await startSource(answer);
  open.push(source);
  return source;
}

function settings(url: string, more: Partial<HttpSource> = {}): HttpSource {
  const base = parseBaseUrl(url, "--source-url");
  return {
    name: "Source",
    flag: "--source-url",
    base,
    timeoutSeconds: 5,
    maxAttempts: 3,
    retryMilliseconds: 1,
    ...more,
  };
}

function explain(refusal: Refusal): { error: Error; again: boolean } {
  return {
    error: new TransientError(`status ${refusal.status}: ${refusal.body}`),
    again: refusal.status === 503,
  };
}

async function read(source: HttpSource, signal = never): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const chunks = await openJson(source, { path: "/thing", what: "the thing" }, explain, signal);
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

describe("asking a source", () => {
  test("keeps a path prefix and undoes gzip", async () => {
    const source = await start((_, response) => {
      response.writeHead(200, {
        "content-type": "application/json; charset=utf-8",
        "content-encoding": "gzip",
      });
      response.end(gzipSync('{"a":1}'));
    });
    expect(await read(settings(`${source.url}/prom/`))).toBe('{"a":1}');
    expect(source.requests[0]?.path).toBe("/prom/thing");
    expect(source.requests[0]?.headers["accept-encoding"]).toMatch(/gzip/);
  });

  test("asks again after a refusal that may pass, and not after one that will not", async () => {
    const answers = [503, 503, 200];
    const passing = await start((_, response) => sendJson(response, answers.shift() ?? 500, {}));
    expect(await read(settings(passing.url))).toBe("{}");
    expect(passing.requests).toHaveLength(3);

    const lasting = await start((_, response) => sendJson(response, 422, { no: 1 }));
    await expect(read(settings(lasting.url))).rejects.toThrow('status 422: {"no":1}');
    expect(lasting.requests).toHaveLength(1);
  });

  test("tells once, with the reason, that it asks again", async () => {
    const told: string[] = [];
    const onRetry = (text: string): void => void told.push(text);
    const lasting = await start((_, response) => sendJson(response, 503, {}));
    await expect(read(settings(lasting.url, { onRetry }))).rejects.toThrow("status 503");
    expect(told).toEqual(["status 503: {}; retrying, 2 attempts left …"]);

    const refusing = await start((_, response) => sendJson(response, 422, {}));
    await expect(read(settings(refusing.url, { onRetry }))).rejects.toThrow("status 422");
    await expect(read(settings(lasting.url, { onRetry, maxAttempts: 1 }))).rejects.toThrow("status 503");
    expect(told).toHaveLength(1);
  });

  test("gives up after the last attempt with what the source said", async () => {
    const source = await start((_, response) => sendJson(response, 503, { busy: true }));
    await expect(read(settings(source.url))).rejects.toThrow(new TransientError('status 503: {"busy":true}'));
    expect(source.requests).toHaveLength(3);
  });

  test("names address and flag when nothing listens", async () => {
    const port = await closedPort();
    const failure = read(settings(`http://127.0.0.1:${port}`, { maxAttempts: 2 }));
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(
      `Cannot reach Source at "http://127.0.0.1:${port}" for the thing: connect ECONNREFUSED 127.0.0.1:${port}; check --source-url`,
    );
  });

  test("stops waiting for a silent source", async () => {
    const source = await start(() => {});
    const failure = read(settings(source.url, { timeoutSeconds: 0.05, maxAttempts: 2 }));
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(`did not answer the thing within 0.05 s`);
    expect(source.requests).toHaveLength(2);
  });

  test("stops waiting for a body that stands still, without asking again", async () => {
    const source = await start((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"a":');
    });
    await expect(read(settings(source.url, { timeoutSeconds: 0.2 }))).rejects.toThrow("within 0.2 s");
    expect(source.requests).toHaveLength(1);
  });

  test("reports a body that broke off", async () => {
    const source = await start((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"a":', () => response.destroy());
    });
    await expect(read(settings(source.url))).rejects.toThrow(/The answer of Source to the thing broke off/);
  });

  test("leaves an unexpected content type to the caller, also with status 200", async () => {
    const source = await start((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>sign in</html>");
    });
    await expect(read(settings(source.url))).rejects.toThrow("status 200: <html>sign in</html>");
  });

  test("ends with the caller's own reason when the caller gives up", async () => {
    const controller = new AbortController();
    const source = await start(() => controller.abort(new Error("SIGTERM")));
    const told: string[] = [];
    const onRetry = (text: string): void => void told.push(text);
    await expect(read(settings(source.url, { onRetry }), controller.signal)).rejects.toThrow("SIGTERM");
    expect(source.requests).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test("sends the user of the URL and never shows it", async () => {
    const source = await start((_, response) => sendJson(response, 200, {}));
    const withUser = settings(source.url.replace("//", "//reader:s%40crt@"));
    await read(withUser);
    expect(source.requests[0]?.headers.authorization).toBe(`Basic ${btoa("reader:s@crt")}`);
    expect(withUser.base.href).toBe(source.url);
  });

  test("reads the token file again at each request", async () => {
    const folder = await mkdtemp(join(tmpdir(), "token-"));
    const tokenFile = join(folder, "token");
    const admit = admitterOf({ auth: { kind: "bearer", tokenFile } });
    const source = await start((_, response) => sendJson(response, 200, {}));
    for (const token of ["first", "second"]) {
      await writeFile(tokenFile, `${token}\n`);
      await read(settings(source.url, { admit }));
    }
    expect(source.requests.map((request) => request.headers.authorization)).toEqual([
      "Bearer first",
      "Bearer second",
    ]);
    await writeFile(tokenFile, "\n");
    await expect(read(settings(source.url, { admit }))).rejects.toThrow("is empty");
    await rm(folder, { recursive: true });
    await expect(read(settings(source.url, { admit }))).rejects.toThrow(ConfigError);
  });
});

describe("the transport", () => {
  const JSON_TYPE = { "content-type": "application/json" };
  const zipped = gzipSync(JSON.stringify(Array.from({ length: 20_000 }, (_, at) => at)));

  test.each<[string, (response: ServerResponse) => void, string]>([
    [
      "a gzip stream that ends early",
      (r) => gzip(r).end(zipped.subarray(0, 900)),
      "its gzip stream is not complete",
    ],
    [
      "a gzip stream that is none",
      (r) => gzip(r).end("plain"),
      "its gzip stream is damaged (incorrect header check)",
    ],
    [
      "a gzip stream cut by the network",
      (r) => cut(gzip(r), zipped.subarray(0, 900)),
      "the connection was closed",
    ],
    [
      "a chunked body that is cut",
      (r) => cut(r.writeHead(200, JSON_TYPE), "[1,"),
      "the connection was closed",
    ],
    [
      "a body shorter than it said",
      (r) => cut(r.writeHead(200, { ...JSON_TYPE, "content-length": "100" }), "[1,"),
      "the connection was closed",
    ],
    [
      "another encoding",
      (r) => r.writeHead(200, { ...JSON_TYPE, "content-encoding": "br" }).end("x"),
      'its content encoding is "br", and only gzip was asked for',
    ],
  ])("tells of %s", async (_, answer, says) => {
    const source = await start((_request, response) => answer(response));
    const failure = read(settings(source.url));
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(`The answer of Source to the thing broke off: ${says}`);
    expect(source.requests).toHaveLength(1);
  });

  function gzip(response: ServerResponse): ServerResponse {
    return response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" });
  }

  function cut(response: ServerResponse, start: string | Uint8Array): void {
    response.write(start, () => response.destroy());
  }

  test("asks again after a connection that was reset", async () => {
    const source = await start((_, response) => void response.destroy());
    await expect(read(settings(source.url))).rejects.toThrow(
      `Cannot reach Source at "${source.url}" for the thing: socket hang up; check --source-url`,
    );
    expect(source.requests).toHaveLength(3);
  });

  test("follows no redirect, and shows no secret of its target", async () => {
    const source = await start((_, response) => {
      response.writeHead(302, { location: "https://user:s3cret@sso.example/in?state=s3cret" }).end();
    });
    const failure = read(settings(source.url));
    await expect(failure).rejects.toThrow(
      new ConfigError(
        `Source at "${source.url}" redirects the thing to "https://…@sso.example/in?…" (status 302), which is not followed; name the address that answers itself with --source-url`,
      ),
    );
    expect(source.requests).toHaveLength(1);
  });

  test("says what a refusal said, as far as it came, and no more than 64 KiB of it", async () => {
    const broken = await start((_, response) => {
      cut(response.writeHead(422, { "content-type": "text/plain", "content-length": "100" }), "too mu");
    });
    await expect(read(settings(broken.url))).rejects.toThrow("status 422: too mu");
    const long = await start((_, response) => void response.writeHead(422).end("x".repeat(1_000_000)));
    await expect(read(settings(long.url))).rejects.toThrow(/^status 422: x{65536}$/);
  });

  test("tells of a server that does not speak TLS", async () => {
    const source = await start((_, response) => sendJson(response, 200, {}));
    const failure = read(settings(source.url.replace("http:", "https:")));
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(
      /for the thing: wrong version number; check that --source-url should begin with "https"$/,
    );
  });

  test("keeps its connection, and takes another when that was closed", async () => {
    const ports: (number | undefined)[] = [];
    const source = await start((_, response) => {
      ports.push(response.socket?.remotePort);
      sendJson(response, 200, {});
    });
    for (let asked = 0; asked < 3; asked++) expect(await read(settings(source.url))).toBe("{}");
    expect(new Set(ports).size).toBe(1);
  });

  test("works on no more requests at once than the limit, and on the next when one has ended in whatever way", async () => {
    let open = 0;
    let most = 0;
    const source = await start((request, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open -= 1;
        if (request.params["n"] === "3") cut(response.writeHead(200, JSON_TYPE), "[");
        else sendJson(response, request.params["n"] === "4" ? 422 : 200, {});
      });
    });
    const limited = settings(source.url, { limiter: createLimiter(2), maxAttempts: 1 });
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, async (_, n) => {
        const request = { path: "/thing", what: "the thing", query: new URLSearchParams({ n: String(n) }) };
        for await (const _chunk of await openJson(limited, request, explain, never)) if (n === 5) break;
      }),
    );
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(2);
    expect([most, source.requests.length]).toEqual([2, 12]);
  });
});

describe("the base URL", () => {
  test.each([
    [
      "prometheus:9090",
      '--source-url "prometheus:9090" is not an http or https URL; expected the form "http://host:9090"',
    ],
    ["not a url", '--source-url "not a url" is not a URL; expected the form "http://host:9090"'],
    [
      "http://h:9090/p?x=1",
      '--source-url "http://h:9090/p?…" must end with its path; remove everything from "?" on',
    ],
    [
      "http://us%er:s3cret@h:9090",
      '--source-url "http://…@h:9090" has a "%" in its user name or password that begins no escape; write it as "%25"',
    ],
  ])("%s is refused with the fix", (text, message) => {
    const parse = (): unknown => parseBaseUrl(text, "--source-url");
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(message);
  });

  test.each([
    "htp://user:s3cret@host",
    "http://user:s3cret@host:99999",
    "http://user:s3c@s3cret@host:99999",
    "http://user:s3cret/?#x@host:99999",
    "http:/user:s3cret@host:99999",
    "user:s3cret@host:9090",
    "//user:s3cret@host",
    "http://us%er:s3cret@host",
    "http://host:9090/?token=s3cret",
    "http://host:9090/#s3cret",
    "http://ho st/?token=s3cret",
    "http://host:99999?token=s3cret",
    "http://user@host/?token=s3cret",
    "https://host:99999/\n?token=s3cret",
  ])("%j is refused without its secret", (text) => {
    let error: unknown;
    try {
      parseBaseUrl(text, "--source-url");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    // With causes and properties, as a debugger or a log would show it.
    expect(inspect(error, { depth: 5, showHidden: true })).not.toContain("s3cret");
    expect((error as Error).message).toMatch(/^--source-url "/);
  });

  test("may have a password without a user name", () => {
    const { href, authorization } = parseBaseUrl("http://:s3cret@h:9090", "--source-url");
    expect([href, authorization]).toEqual(["http://h:9090", `Basic ${btoa(":s3cret")}`]);
  });

  test("loses its final slashes", () => {
    expect(parseBaseUrl("http://h:9090//", "--source-url")).toEqual({ href: "http://h:9090" });
  });
});
