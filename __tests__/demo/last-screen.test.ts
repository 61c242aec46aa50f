import { describe, expect, test } from "@jest/globals";
import picocolors from "picocolors";
import { lastScreen } from "../../demo/last-screen.ts";
import { SIMULATED } from "../../demo/steps.ts";
import { manifestOf } from "../cli/report/tables.ts";

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

  test("says that the data is simulated", () => {
    expect(screen).toContain(`Simulated data: ${SIMULATED}`);
  });

  test("says how to export the person's own cluster", () => {
    expect(screen).toMatch(/kubectl .* port-forward svc\/prometheus-server 9090:80/);
    expect(screen).toContain(
      "export --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003",
    );
  });
});
