import { afterEach, describe, expect, test } from "@jest/globals";
import { createOpenCost, type OpenCost } from "../../../../agent-src/adapters/opencost/client.ts";
import { ConfigError, TransientError } from "../../../../agent-src/export/errors.ts";
import { readCaptured, sendCaptured, type Captured } from "../../../fakes/captured.ts";
import { startSource, type FakeSource } from "../../../fakes/http-source.ts";

const HOUR = 1795341600;
const never = new AbortController().signal;
const open: FakeSource[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

async function answering(captured: Captured): Promise<{ source: FakeSource; openCost: OpenCost }> {
  const source = await startSource((_, response) => sendCaptured(response, captured));
  open.push(source);
  const openCost = createOpenCost({
    baseUrl: source.url,
    timeoutSeconds: 5,
    maxAttempts: 2,
    retryMilliseconds: 1,
  });
  return { source, openCost };
}

async function ask(captured: Captured): Promise<{ allocations: unknown[]; sets: number }> {
  const { openCost } = await answering(captured);
  const answer = openCost.allocations(HOUR, never);
  const allocations: unknown[] = [];
  for await (const allocation of answer.allocations) allocations.push(allocation);
  return { allocations, sets: answer.sets() };
}

describe("OpenCost's allocations", () => {
  test("are asked for once, for whole seconds, with the one aggregate", async () => {
    const captured = readCaptured("opencost/ok-container-sample");
    const { source, openCost } = await answering(captured);
    for await (const _ of openCost.allocations(HOUR, never).allocations);
    expect(source.requests).toHaveLength(1);
    expect(source.requests[0]).toMatchObject({
      method: "GET",
      path: "/allocation/compute",
      params: {
        window: "1795341600,1795345200",
        aggregate: "cluster,namespace,controllerKind,controller,pod,container",
        includeIdle: "true",
        step: "1h",
      },
    });
  });

  test("come one by one and whole", async () => {
    const captured = readCaptured("opencost/ok-container-sample");
    const body = captured.body as { data: Record<string, unknown>[] };
    const { allocations, sets } = await ask(captured);
    expect(sets).toBe(1);
    expect(allocations).toEqual(Object.values(body.data[0] ?? {}));
  });

  test.each([
    ["opencost/q-future", 1],
    ["opencost/err-ms-timestamps", 1],
    ["opencost/err-zero-window", 0],
  ])("%s has no allocation in %d sets: not an error of this layer", async (name, sets) => {
    expect(await ask(readCaptured(name))).toEqual({ allocations: [], sets });
  });

  test("its Prometheus being down is for the next run, with the 30 kB cut", async () => {
    const { source, openCost } = await answering(readCaptured("opencost/err-500-prometheus-down"));
    const failure = (async () => {
      for await (const _ of openCost.allocations(HOUR, never).allocations);
    })();
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(
      /^OpenCost at "http:\/\/127\.0\.0\.1:\d+" failed at the allocations of 2026-11-22T10:00:00Z with status 500: error computing allocations for .{250,320} …$/,
    );
    expect(source.requests).toHaveLength(2);
  });

  test.each(["opencost/err-no-window", "opencost/err-bad-window"])(
    "%s, a text with two bodies, becomes one line",
    async (name) => {
      await expect(ask(readCaptured(name))).rejects.toThrow(
        /^OpenCost refused the allocations of \S+ with status 400: Invalid 'window' parameter: illegal window: .*$/,
      );
    },
  );

  test("an address that is not the API's is a wrong URL", async () => {
    const failure = ask(readCaptured("opencost/notfound"));
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(
      /does not answer like OpenCost's API: status 404, .*check --opencost-url/,
    );
  });

  test("a page in place of JSON is a wrong URL", async () => {
    const page = {
      request: { path: "", params: {} },
      status: 200,
      contentType: "text/html",
      body: "<html>UI</html>",
    };
    await expect(ask(page)).rejects.toThrow(/the API's port is 9003, the UI's 9090/);
  });

  test("a code other than 200 inside a 200 is not read as an empty hour", async () => {
    const captured = { ...readCaptured("opencost/q-future"), body: { code: 500, data: null } };
    await expect(ask(captured)).rejects.toThrow(/cannot be read: its code is 500, not 200/);
  });

  test("an older shape of data is not read as an empty hour", async () => {
    const captured = { ...readCaptured("opencost/q-future"), body: { code: 200, data: { sets: [] } } };
    await expect(ask(captured)).rejects.toThrow(/its "data" is not an array of sets/);
  });
});

describe("OpenCost's version", () => {
  test("comes from its installation info", async () => {
    const { source, openCost } = await answering(readCaptured("opencost/installInfo"));
    expect(await openCost.version(never)).toBe("dev-20251219 (5df39a59)");
    expect(source.requests[0]?.path).toBe("/installInfo");
  });

  test("of something else is a wrong URL", async () => {
    const { openCost } = await answering(readCaptured("prometheus/v2.42/buildinfo"));
    await expect(openCost.version(never)).rejects.toThrow(ConfigError);
  });
});
