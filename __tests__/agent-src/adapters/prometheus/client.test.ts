import { afterEach, describe, expect, test } from "@jest/globals";
import {
  createPrometheus,
  type Prometheus,
  type PrometheusSettings,
} from "../../../../agent-src/adapters/prometheus/client.ts";
import { ConfigError, OverloadedError, TransientError } from "../../../../agent-src/export/errors.ts";
import { readCaptured, sendCaptured, type Captured } from "../../../fakes/captured.ts";
import { sendJson, startSource, type FakeSource } from "../../../fakes/http-source.ts";

const SERVERS = ["v2.42", "v3.5.0", "victoriametrics-1.110.0"] as const;
const QUERY = { id: "cpu", promql: "up" };
const RANGE = { startSeconds: 1795346429, endSeconds: 1795347029.5, stepSeconds: 60 };
const never = new AbortController().signal;
const open: FakeSource[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

function connect(url: string, more: Partial<PrometheusSettings> = {}): Prometheus {
  return createPrometheus({ baseUrl: url, timeoutSeconds: 5, maxAttempts: 2, retryMilliseconds: 1, ...more });
}

async function answering(captured: Captured): Promise<{ source: FakeSource; prometheus: Prometheus }> {
  const source = await startSource((_, response) => sendCaptured(response, captured));
  open.push(source);
  return { source, prometheus: connect(source.url) };
}

function ignore(): void {}

const JSON_OF = (status: number, body: unknown) => ({ status, contentType: "application/json", body });

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

async function askInstant(captured: Captured): Promise<{ labels: unknown; value: number }[]> {
  const { prometheus } = await answering(captured);
  return collect(prometheus.instant(QUERY, 1795345199.999, never, ignore));
}

async function askMatrix(captured: Captured): Promise<{ timestamps: number[]; values: number[] }[]> {
  const { prometheus } = await answering(captured);
  const series = await collect(prometheus.matrix(QUERY, RANGE, never, ignore));
  return series.map(({ timestamps, values }) => ({ timestamps: [...timestamps], values: [...values] }));
}

describe.each(SERVERS)("answers of %s", (server) => {
  test("infinities arrive as infinities", async () => {
    const samples = await askInstant(readCaptured(`prometheus/${server}/query-instant-vector`));
    const bySign = new Map(samples.map(({ labels, value }) => [(labels as { sign: string }).sign, value]));
    expect(bySign).toEqual(
      new Map([
        ["neg", -Infinity],
        ["pos", Infinity],
      ]),
    );
  });

  test("labels keep backslashes, quotes, line breaks and wide characters", async () => {
    const [sample] = await askInstant(readCaptured(`prometheus/${server}/query-tricky-labels`));
    expect(sample?.labels).toMatchObject({
      backslash: "a\\b",
      newline: "a\nb",
      quote: 'a"b',
      uni: "ünï-日本",
    });
  });

  test("small and large values keep the digits they were sent with", async () => {
    const captured = readCaptured(`prometheus/${server}/query-small-big`);
    const body = captured.body as { data: { result: { value: [number, string] }[] } };
    const samples = await askInstant(captured);
    expect(samples.map((sample) => sample.value)).toEqual(
      body.data.result.map(({ value }) => Number(value[1])),
    );
    expect(samples.map((sample) => sample.value)).toContain(2 ** 53);
  });

  test("an empty result is no series", async () => {
    expect(await askInstant(readCaptured(`prometheus/${server}/query-empty`))).toEqual([]);
  });

  test("a range keeps its gaps", async () => {
    const captured = readCaptured(`prometheus/${server}/range-gap-stale`);
    const body = captured.body as { data: { result: { values: [number, string][] }[] } };
    expect(await askMatrix(captured)).toEqual(
      body.data.result.map(({ values }) => ({
        timestamps: values.map(([time]) => time),
        values: values.map(([, value]) => Number(value)),
      })),
    );
  });

  test("a query that is no PromQL is refused with the server's own words", async () => {
    const captured = readCaptured(`prometheus/${server}/err-400-parse`);
    const { source, prometheus } = await answering(captured);
    const failure = collect(prometheus.instant(QUERY, 1, never, ignore));
    await expect(failure).rejects.toThrow(
      /^Prometheus refused query "cpu" \((bad_data|422)\): .*(unclosed left parenthesis|unexpected token)/,
    );
    await expect(failure).rejects.not.toThrow(TransientError);
    expect(source.requests).toHaveLength(1);
  });

  test("a query that cannot be executed is for the next run, and is not asked again at once", async () => {
    const { source, prometheus } = await answering(readCaptured(`prometheus/${server}/err-422-many-to-many`));
    const failure = collect(prometheus.instant(QUERY, 1, never, ignore));
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(/^Prometheus could not execute query "cpu": .*duplicate/);
    expect(source.requests).toHaveLength(1);
  });

  test("an address that is not the API's is a wrong URL", async () => {
    const { prometheus } = await answering(readCaptured(`prometheus/${server}/err-404`));
    const failure = prometheus.version(never);
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(
      /does not answer like a Prometheus: status 40[04], .*check --prometheus-url/,
    );
  });
});

describe("asking Prometheus", () => {
  test("sends a form, the time in seconds with their fraction, and the time limit", async () => {
    const { source, prometheus } = await answering(readCaptured("prometheus/v2.42/query-empty"));
    await collect(prometheus.instant({ id: "cpu", promql: 'up{a="ü&="}' }, 1795345199.999, never, ignore));
    expect(source.requests[0]).toMatchObject({
      method: "POST",
      path: "/api/v1/query",
      params: { query: 'up{a="ü&="}', time: "1795345199.999", timeout: "5" },
    });
  });

  test("asks for raw samples with an instant query, whose answer is a matrix", async () => {
    const { source, prometheus } = await answering(readCaptured("prometheus/v2.42/range-basic"));
    const query = { id: "raw", promql: "up[1h]" };
    const series = await collect(prometheus.samples(query, 1795345199.999, never, ignore));
    expect(source.requests[0]).toMatchObject({
      path: "/api/v1/query",
      params: { query: "up[1h]", time: "1795345199.999" },
    });
    expect(series.map(({ values }) => values.length)).not.toContain(0);
    expect(series.length).toBeGreaterThan(0);
  });

  test("sends a range in seconds", async () => {
    const { source, prometheus } = await answering(readCaptured("prometheus/v2.42/range-basic"));
    await collect(prometheus.matrix(QUERY, RANGE, never, ignore));
    expect(source.requests[0]).toMatchObject({
      path: "/api/v1/query_range",
      params: { start: "1795346429", end: "1795347029.5", step: "60" },
    });
  });

  test.each(["v2.42", "v3.5.0"] as const)("NaN arrives as NaN from %s", async (server) => {
    const [sample] = await askInstant(readCaptured(`prometheus/${server}/query-nan`));
    expect(sample?.value).toBeNaN();
    const [series] = await askMatrix(readCaptured(`prometheus/${server}/range-nan`));
    expect(series?.values.every(Number.isNaN)).toBe(true);
  });

  test.each([
    ["v2.42", "err-503-timeout"],
    ["v3.5.0", "err-503-timeout"],
  ])(
    "a timeout of %s, whatever its status, is tried again and then left to the next run",
    async (server, name) => {
      const { source, prometheus } = await answering(readCaptured(`prometheus/${server}/${name}`));
      await expect(collect(prometheus.instant(QUERY, 1, never, ignore))).rejects.toThrow(TransientError);
      expect(source.requests).toHaveLength(2);
    },
  );

  test("too many samples name the setting that limits them", async () => {
    await expect(askInstant(readCaptured("prometheus/v2.42/err-422-max-samples"))).rejects.toThrow(
      'Prometheus could not execute query "cpu": query processing would load too many samples into memory in query execution; raise --query.max-samples of Prometheus',
    );
  });

  test("a result of another type is not taken for series", async () => {
    await expect(askInstant(readCaptured("prometheus/v2.42/query-scalar"))).rejects.toThrow(
      'The answer of Prometheus to query "cpu" cannot be read: its result type is "scalar", not "vector"',
    );
  });

  test("warnings of a good answer are handed on with the query's name", async () => {
    const body = {
      status: "success",
      warnings: ["results truncated"],
      data: { resultType: "vector", result: [] },
    };
    const { prometheus } = await answering({ ...readCaptured("prometheus/v2.42/query-empty"), body });
    const warnings: string[] = [];
    await collect(prometheus.instant(QUERY, 1, never, (warning) => warnings.push(warning)));
    expect(warnings).toEqual(['query "cpu": results truncated']);
  });

  test("series of native histograms are left out and counted, those that have floats too keep them", async () => {
    const result = [
      { metric: { a: "1" }, histograms: [[1, { count: "1" }]] },
      { metric: { a: "2" }, values: [[1, "2"]], histograms: [[2, { count: "1" }]] },
      { metric: { a: "3" }, values: [[1, "3"]] },
      { metric: { a: "4" }, histograms: [[1, { count: "1" }]] },
    ];
    const body = { status: "success", data: { resultType: "matrix", result } };
    const { prometheus } = await answering({ ...readCaptured("prometheus/v2.42/query-empty"), body });
    const warnings: string[] = [];
    const series = await collect(prometheus.samples(QUERY, 1, never, (warning) => warnings.push(warning)));
    expect(series.map(({ labels, values }) => [labels["a"], ...values])).toEqual([
      ["2", 2],
      ["3", 3],
    ]);
    expect(warnings).toEqual([
      'query "cpu": left out 2 series with native histograms, which have no single value',
    ]);
  });

  test("a vector's native histograms are left out and counted", async () => {
    const result = [
      { metric: {}, histogram: [1, {}] },
      { metric: { a: "1" }, value: [1, "1"] },
    ];
    const body = { status: "success", data: { resultType: "vector", result } };
    expect(await askInstant({ ...readCaptured("prometheus/v2.42/query-empty"), body })).toEqual([
      { labels: { a: "1" }, value: 1 },
    ]);
  });

  test.each([
    [401, "text/plain", /refused query "cpu" with status 401; check --prometheus-bearer/, ConfigError],
    [502, "text/html", /answered query "cpu" with status 502/, TransientError],
    [200, "text/html", /does not answer like a Prometheus: status 200, "text\/html"/, ConfigError],
  ])("status %d with %s", async (status, contentType, message, kind) => {
    const { prometheus } = await answering({
      request: { path: "", params: {} },
      status,
      contentType,
      body: "<html>",
    });
    const failure = collect(prometheus.instant(QUERY, 1, never, ignore));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(kind);
  });

  test("a refused user who is told so in JSON is a matter of credentials, in the server's words", async () => {
    const body = { status: "error", errorType: "unauthorized", error: "no org id" };
    const { prometheus } = await answering({
      ...readCaptured("prometheus/v2.42/err-404"),
      ...JSON_OF(401, body),
    });
    const failure = collect(prometheus.instant(QUERY, 1, never, ignore));
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(
      /refused query "cpu" with status 401 \(no org id\); check --prometheus-bearer-token-file, --prometheus-user with --prometheus-password-file, --prometheus-sigv4-region or --prometheus-tenant/,
    );
  });

  test.each([
    [429, 2, false],
    [503, 2, true],
  ])("status %d is tried again, %d times in all; asked for less: %s", async (status, times, isLoad) => {
    const body = { status: "error", errorType: "execution", error: "too many requests" };
    const { source, prometheus } = await answering({
      ...readCaptured("prometheus/v2.42/err-404"),
      ...JSON_OF(status, body),
    });
    const failure = await collect(prometheus.instant(QUERY, 1, never, ignore)).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure instanceof OverloadedError).toBe(isLoad);
    expect(source.requests).toHaveLength(times);
  });

  test("a partial answer is for the next run, and none is asked for", async () => {
    const data = { resultType: "vector", result: [{ metric: {}, value: [1, "1"] }] };
    const body = { status: "success", isPartial: true, data };
    const { source, prometheus } = await answering({ ...readCaptured("prometheus/v2.42/query-empty"), body });
    const failure = collect(prometheus.instant(QUERY, 1, never, ignore));
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(/cannot be read: it is partial/);
    expect(source.requests[0]?.params).toMatchObject({
      partial_response: "false",
      deny_partial_response: "1",
    });
  });

  test("label values of a part of the stores are for the next run", async () => {
    const body = { status: "success", isPartial: true, data: ["a"] };
    const { source, prometheus } = await answering({ ...readCaptured("prometheus/v2.42/query-empty"), body });
    const request = { startSeconds: 0, endSeconds: 1, matchers: [] };
    const failure = prometheus.labelValues("namespace", request, never);
    await expect(failure).rejects.toThrow(/values of label "namespace" cannot be read: it is partial/);
    await expect(failure).rejects.toThrow(TransientError);
    expect(source.requests[0]?.params).toMatchObject({ deny_partial_response: "1" });
  });

  test("a body that is cut short is for the next run", async () => {
    const source = await startSource((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}',
      );
    });
    open.push(source);
    const failure = collect(connect(source.url).instant(QUERY, 1, never, ignore));
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(/cannot be read: the answer broke off/);
  });
});

describe("the version", () => {
  test.each([
    ["v2.42", "2.42.0+ds"],
    ["v3.5.0", "unknown"],
    ["victoriametrics-1.110.0", "victoria-metrics"],
  ])("of %s is %s", async (server, version) => {
    const { prometheus } = await answering(readCaptured(`prometheus/${server}/buildinfo`));
    expect(await prometheus.version(never)).toBe(version);
  });

  test("of something else is a wrong URL", async () => {
    const { prometheus } = await answering(readCaptured("opencost/installInfo"));
    await expect(prometheus.version(never)).rejects.toThrow(
      /does not answer like a Prometheus when asked for its version/,
    );
  });

  test.each([
    [403, "application/xml", "<AccessDeniedException/>"],
    [404, "text/html", "<html>"],
    [501, "application/json", '{"message":"not implemented"}'],
  ])(
    "is unknown where it is answered with %d, %s, and queries are answered",
    async (status, contentType, text) => {
      const data = { resultType: "vector", result: [{ metric: {}, value: [1, "1"] }] };
      const source = await startSource(({ path }, response) => {
        if (path === "/api/v1/query") sendJson(response, 200, { status: "success", data });
        else response.writeHead(status, { "content-type": contentType }).end(text);
      });
      open.push(source);
      expect(await connect(source.url).version(never)).toBe("unknown");
      expect(source.requests.map(({ path }) => path)).toEqual(["/api/v1/status/buildinfo", "/api/v1/query"]);
      expect(source.requests[1]?.params).toMatchObject({ query: "vector(1)" });
    },
  );

  test("of what refuses queries, too, is a matter of credentials", async () => {
    const { prometheus } = await answering({
      ...readCaptured("prometheus/v2.42/err-404"),
      ...JSON_OF(403, { message: "Missing Authentication Token" }),
    });
    const failure = prometheus.version(never);
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(/refused query "vector\(1\)" with status 403; check --prometheus-/);
  });
});
