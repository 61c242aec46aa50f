import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHistory } from "../../e2e/ground/opencost/history.ts";
import { startOpencostStandIn, type OpencostStandIn } from "../../e2e/ground/opencost/server.ts";
import { readCaptured } from "../../fakes/captured.ts";

const TEN = Date.UTC(2026, 10, 22, 10) / 1000;

describe("the stand-in refuses and misleads as the real OpenCost did", () => {
  let standIn: OpencostStandIn;
  beforeAll(async () => {
    standIn = await startOpencostStandIn({ history: oneNode() });
  });
  afterAll(() => standIn.stop());
  const ask = async (path: string, parameters: Record<string, string | number> = {}): Promise<Answer> => {
    const query = new URLSearchParams(
      Object.entries(parameters).map(([name, value]) => [name, String(value)]),
    );
    const response = await fetch(`${standIn.url}${path}?${query}`);
    const contentType = response.headers.get("content-type");
    const text = await response.text();
    return {
      status: response.status,
      contentType,
      body: contentType?.includes("json") ? JSON.parse(text) : text,
    };
  };

  test.each([
    "opencost/err-no-window",
    "opencost/err-bad-window",
    "opencost/err-zero-window",
    "opencost/err-ms-timestamps",
    "opencost/q-future",
    "opencost/notfound",
    "opencost-history/answers/err-reversed",
    "opencost-history/answers/q-idle-only-props",
  ])("answers %s as it was recorded", async (name) => {
    const { request, status, contentType, body } = readCaptured(name);
    expect(await ask(request.path, request.params)).toEqual({ status, contentType, body });
  });

  test("is healthy with an empty body", async () => {
    expect(await ask("/healthz")).toEqual({ status: 200, contentType: null, body: "" });
  });

  test("says what it is", async () => {
    const { body } = await ask("/installInfo");
    expect((body as { version: string }).version).toContain("stand-in");
  });

  test("runs past the window's end with its last step", async () => {
    const { body } = await ask("/allocation/compute", {
      window: `${TEN},${TEN + 5400}`,
      step: "1h",
      includeIdle: "true",
    });
    const ends = (body as Sets).data.map((set) => set["__idle__"]?.window.end);
    expect(ends).toEqual(["2026-11-22T11:00:00Z", "2026-11-22T12:00:00Z"]);
  });

  test("fails with 500 while Prometheus is down", async () => {
    standIn.setFault("prometheus-down");
    const answer = await ask("/allocation/compute", { window: `${TEN},${TEN + 3600}` });
    standIn.setFault("none");
    const { status, body } = readCaptured("opencost/err-500-prometheus-down");
    const [attempted] = (body as { message: string }).message.split(": Error Collection");
    expect(answer).toMatchObject({ status, body: { code: 500, data: null } });
    expect((answer.body as { message: string }).message.startsWith(attempted ?? "?")).toBe(true);
  });

  test("calls everything idle, with 200, while Prometheus refuses the query for the pods", async () => {
    const parameters = { window: `${TEN},${TEN + 3600}`, aggregate: "container", includeIdle: "true" };
    const healthy = await ask("/allocation/compute", parameters);
    standIn.setFault("pods-refused");
    const refused = await ask("/allocation/compute", parameters);
    standIn.setFault("none");
    expect(Object.keys((healthy.body as Sets).data[0] ?? {})).toEqual(["__idle__", "app"]);
    expect(refused.status).toBe(200);
    expect(Object.keys((refused.body as Sets).data[0] ?? {})).toEqual(["__idle__"]);
    expect((refused.body as Sets).data[0]?.["__idle__"]?.cpuCost).toBe(0.4);
  });
});

interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

interface Sets {
  readonly data: readonly Record<
    string,
    { readonly window: { readonly end: string }; readonly cpuCost: number }
  >[];
}

/** A node of 4 cores at 0.1 $ an hour with one container of one core, from nine o'clock to noon. */
function oneNode(): ReturnType<typeof createHistory> {
  const values: Record<string, [string, number]> = {
    node_total_hourly_cost: ['node="n1"', 0.4],
    node_cpu_hourly_cost: ['node="n1"', 0.1],
    kube_node_status_capacity_cpu_cores: ['node="n1"', 4],
    kube_pod_container_status_running: ['namespace="web",pod="p1",container="app"', 1],
    container_cpu_allocation: ['namespace="web",pod="p1",container="app",node="n1"', 1],
  };
  const series = Object.entries(values).map(([metric, [labels, value]]) => ({
    metric,
    labels,
    from: TEN - 3600,
    until: TEN + 7200,
    value: () => value,
  }));
  return createHistory(series, 60);
}
