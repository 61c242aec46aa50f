import { afterEach, describe, expect, test } from "@jest/globals";
import { startHttpFaultProxy, type HttpFault } from "../../e2e/ground/fault-proxy/http-proxy.ts";
import { startSource, type FakeSource } from "../../fakes/http-source.ts";

const BODY = "x".repeat(10_000);
const open: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function start(
  fault: HttpFault | undefined,
  attempts = 1,
): Promise<{ source: FakeSource; url: string; broken: readonly object[] }> {
  const source = await startSource((_, response) => response.writeHead(200, { "x-kept": "yes" }).end(BODY));
  open.push({ stop: () => source.close() });
  const proxy = await startHttpFaultProxy(source.url, ({ attempt }) =>
    attempt <= attempts ? fault : undefined,
  );
  open.push(proxy);
  return { source, url: proxy.url, broken: proxy.broken };
}

describe("a proxy that breaks answers", () => {
  test("passes on what it is not told to break, with the client's own Host", async () => {
    const { source, url, broken } = await start(undefined);
    const answer = await fetch(`${url}/thing?a=1`, { method: "PUT", body: "b=2" });
    expect([answer.status, answer.headers.get("x-kept"), await answer.text()]).toEqual([200, "yes", BODY]);
    expect(source.requests[0]).toMatchObject({ method: "PUT", path: "/thing", params: { a: "1", b: "2" } });
    expect(source.requests[0]?.headers.host).toBe(new URL(url).host);
    expect(broken).toEqual([]);
  });

  test("refuses as S3 does, and the server is not asked", async () => {
    const { source, url, broken } = await start("slow-down");
    const answer = await fetch(`${url}/thing`);
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining("<Code>SlowDown</Code>"),
    ]);
    expect(source.requests).toEqual([]);
    expect((await fetch(`${url}/thing`)).status).toBe(200);
    expect(broken).toEqual([{ method: "GET", path: "/thing", attempt: 1, fault: "slow-down", status: 0 }]);
  });

  test("loses the answer of what was done", async () => {
    const { source, url, broken } = await start("lose-answer");
    await expect(fetch(`${url}/thing`, { method: "PUT", body: "b=2" })).rejects.toThrow("fetch failed");
    expect(source.requests).toHaveLength(1);
    expect(broken).toEqual([
      { method: "PUT", path: "/thing", attempt: 1, fault: "lose-answer", status: 200 },
    ]);
  });

  test.each(["truncate", "reset"] as const)("%s: the body breaks off with an error", async (fault) => {
    const { source, url, broken } = await start(fault);
    let bytes = 0;
    const read = async (): Promise<void> => {
      const { body } = await fetch(`${url}/thing`);
      for await (const chunk of body as AsyncIterable<Uint8Array>) bytes += chunk.length;
    };
    // A reset may overtake what was sent before it, so how much arrives is left open.
    await expect(read()).rejects.toThrow(/terminated|fetch failed/);
    expect(bytes).toBeLessThanOrEqual(BODY.length / 2);
    expect(source.requests).toHaveLength(1);
    expect(broken).toEqual([{ method: "GET", path: "/thing", attempt: 1, fault, status: 200 }]);
  });
});
