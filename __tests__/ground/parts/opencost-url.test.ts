import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answeredAllocations } from "../../e2e/export/truth.ts";
import { SHORT } from "../../e2e/truth/choices.ts";
import { opencostOf } from "../../e2e/truth/sources.ts";
import { runCommand } from "../../e2e/ground/command.ts";
import { serveLoopback, type LoopbackServer } from "../../e2e/ground/loopback.ts";
import { addressBehind } from "../../e2e/ground/opencost-address.ts";
import { SERVICE_PORTS } from "../../e2e/ground/parts/ports.ts";

const GROUND = join(import.meta.dirname, "../../e2e/ground/cli.ts");

describe("with OPENCOST_URL set", () => {
  let real: LoopbackServer;
  let asked: string[];
  let cache: string;
  beforeEach(async () => {
    asked = [];
    cache = mkdtempSync(join(tmpdir(), "container-insights-cache-"));
    real = await serveLoopback((request, response) => {
      asked.push(request.url ?? "");
      response.end(JSON.stringify({ code: 200, data: [{ row: { name: "row", properties: {} } }] }));
    });
    process.env["OPENCOST_URL"] = real.url;
  });
  afterEach(async () => {
    delete process.env["OPENCOST_URL"];
    await real.stop();
    rmSync(cache, { recursive: true, force: true });
  });

  test("the ground starts no OpenCost of its own", async () => {
    const args = ["--import", "tsx", GROUND, "up", "opencost", "generated-opencost", "--json"];
    const { stdout } = await runCommand(process.execPath, args, { env: { CONTAINER_INSIGHTS_CACHE: cache } });
    expect(JSON.parse(stdout)).toMatchObject({ programs: [] });
  });

  test("a generated cluster's export and a recorded one's truth are asked of it", async () => {
    expect(await opencostOf(SHORT, cache)).toEqual({ url: real.url });
    expect(await answeredAllocations(3600)).toEqual({ row: { name: "row", properties: {} } });
    expect(asked).toEqual([expect.stringMatching(/^\/allocation\/compute\?window=3600%2C7200&/)]);
  });

  test("pods are passed on to it, and to everything else as ever", () => {
    const port = Number(new URL(real.url).port);
    expect(addressBehind(SERVICE_PORTS.opencost)).toEqual({ host: "127.0.0.1", port });
    expect(addressBehind(SERVICE_PORTS.generatedOpencost)).toEqual({ host: "127.0.0.1", port });
    expect(addressBehind(SERVICE_PORTS.s3)).toEqual({ host: "127.0.0.1", port: SERVICE_PORTS.s3 });
    expect(addressBehind(SERVICE_PORTS.opencost, "http://cost.example")).toEqual({
      host: "cost.example",
      port: 80,
    });
    expect(() => addressBehind(SERVICE_PORTS.opencost, "https://cost.example/model")).toThrow(
      "without a path",
    );
  });
});

test("without OPENCOST_URL pods are passed on to the ground's own OpenCost", () => {
  const port = SERVICE_PORTS.opencost;
  expect(addressBehind(port)).toEqual({ host: "127.0.0.1", port });
});
