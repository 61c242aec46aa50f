import { describe, expect, test } from "@jest/globals";
import picocolors from "picocolors";
import { cliCommand, COST_BY_NAMESPACE, lastScreen } from "../../demo/last-screen.ts";
import { SIMULATED } from "../../demo/steps.ts";
import { SAMPLE_ALLOCATION, sampleReport } from "../cli/report/sample.ts";
import { manifestOf, openTables } from "../cli/report/tables.ts";

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

describe("the demo's last screen", () => {
  const hour = Date.UTC(2026, 10, 24, 5) / 1000;
  const manifests = [
    manifestOf("allocation", hour, { rows: 2000, totals: { total_cost_precise: 83.4 } }),
    manifestOf("container", hour, { rows: 1500 }),
  ];
  const places = { root: "/project", out: "/project/demo-out" };
  const screen = lastScreen(places, manifests, 31.4, picocolors.createColors(false));

  test("says what was made, where, and how much of it", () => {
    expect(screen).toContain("Done in 31 s");
    expect(screen).toContain("file:///project/demo-out/report.html");
    expect(screen).toContain("1 hour, 3,500 rows, 2.0 kB of Parquet, $83 of cost");
    expect(screen).toContain("cdktf.out/");
  });

  test("says that the data is simulated, and leaves the long story to the report", () => {
    expect(screen).toContain("All of it is simulated");
    expect(screen).not.toContain(SIMULATED);
  });

  test("says that the Terraform lies where a person's own would", () => {
    expect(screen).toMatch(
      /cdktf\.out\/ .*\n.*`npm run synth` writes that of your own configuration in its place/,
    );
  });

  test("starts the command line under Deno through npx, which finds the Deno that npm installed", () => {
    expect(cliCommand(true)).toBe("npx deno task cli");
    expect(screen).toContain("node cli/bin.mjs query");
  });

  test("asks for the very costs of the report's table of namespaces", async () => {
    const data = await sampleReport();
    const { run, close } = await openTables({ allocation: SAMPLE_ALLOCATION, container: [] });
    const answer = Object.fromEntries(
      (await run(COST_BY_NAMESPACE)).map((row) => [String(row["namespace"]), row["cost"]]),
    );
    close();
    expect(answer).toEqual({
      ...Object.fromEntries(data.namespaces.map(({ namespace, cost }) => [namespace, cents(cost)])),
      idle: cents(data.headline.byKind.idle),
      unmounted: cents(data.headline.byKind.unmounted),
    });
    expect(screen).toContain(COST_BY_NAMESPACE);
  });

  test("says how to export the person's own cluster", () => {
    expect(screen).toMatch(/kubectl .* port-forward svc\/prometheus-server 9090:80/);
    expect(screen).toContain(
      "export --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003",
    );
  });
});
