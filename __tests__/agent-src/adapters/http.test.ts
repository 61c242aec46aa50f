import { createServer } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { parseBaseUrl } from "../../../agent-src/adapters/base-url.ts";
import { openJson, type HttpSource, type Refusal } from "../../../agent-src/adapters/http.ts";
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
