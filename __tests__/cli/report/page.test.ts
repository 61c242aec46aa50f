import { beforeAll, describe, expect, test } from "@jest/globals";
import { renderPage } from "../../../cli/report/page.ts";
import { sampleReport } from "./sample.ts";

describe("the page", () => {
  let page: string;
  let text: string;
  beforeAll(async () => {
    page = renderPage(await sampleReport('not <b>measured</b> & "scaled"'));
    text = page
      .replace(/<style>.*?<\/style>/s, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .replace(/ (?=[.,:])/g, "")
      .replaceAll("\u00a0", " ");
  });

  test("is one file that loads nothing and runs nothing", () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:\/\//i);
    expect(page).not.toMatch(/\son[a-z]+=/i);
  });

  test("escapes every name that came from a cluster", () => {
    expect(page).not.toMatch(/<ml>|<uid>|<b>measured/);
    expect(page).toContain("&lt;ml&gt;");
    expect(page).toContain("train &amp; serve");
    expect(page).toContain("1 container has no &lt;uid&gt;");
  });

  test("says in a banner that the data is simulated", () => {
    expect(page).toContain('class="banner"');
    expect(text).toContain("Simulated data: not &lt;b&gt;measured&lt;/b&gt; &amp; &quot;scaled&quot;");
  });

  test("has no banner for measured data", async () => {
    expect(renderPage(await sampleReport())).not.toContain('class="banner"');
  });

  test("says the headline figures in a sentence and in tiles", () => {
    expect(text).toContain("This cluster costs $843 a month at the rate of these 2 hours, which cost $2.31.");
    expect(text).toContain(
      "$715 a month of it (85 %) goes unused: idle capacity $365, inactive GPUs $274, unused requests $73.00, unmounted volumes $3.65. Requests at the measured need would save $50.44.",
    );
    expect(text).toContain("2 of 3");
  });

  test("ranks what nothing used by its cost a month", () => {
    const ranked = [
      "Idle capacity",
      "Inactive GPUs",
      "Unused requests",
      "by rightsizing",
      "Unmounted volumes",
    ];
    const table = text.slice(text.indexOf("Where money goes unused"), text.indexOf("Cost per hour"));
    const places = ranked.map((name) => table.indexOf(name));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const amount of ["$365", "$274", "$73.00", "$50.44", "$3.65"]) expect(table).toContain(amount);
  });

  test("says of every column of money which time it is about", () => {
    const headers = [...page.matchAll(/<th(?: class="[^"]*")?>(.*?)<\/th>/gs)].map(([, text = ""]) => text);
    const money = headers.filter((text) =>
      /^\s*(Cost|Unused|Saving|Inactive|Workloads|Idle|Total)(<|$)/.test(text),
    );
    // Total of the chart's own table is by hour.
    const bare = money.filter((text) => !/in 2 hours|a\u00a0month/.test(text));
    expect(money.length).toBeGreaterThan(10);
    expect(bare).toEqual(["Idle", "Total"]);
  });

  test("gives a check a sign that says whether it passed, and a notice one that says neither", () => {
    expect(text).toContain("○ Not a measurement");
    expect(text).toContain("✗ Hours are missing: see above.");
    expect(text).toContain("✓ The files hold as many rows as their manifests say.");
    expect(text).toContain("○ 50 % of 4 container-hours");
  });

  test("shows a missing hour in the chart and names it below", () => {
    expect(page.match(/class="missing"/g)).toHaveLength(2); // wide and narrow drawing
    expect(page).toContain("22 Nov 2026, 10:00 UTC · no data");
    expect(text).toContain("allocation of prod: 22 Nov 2026, 10:00 to 22 Nov 2026, 11:00 UTC (1 hour)");
    expect(text).toContain("container of prod: 22 Nov 2026, 10:00 to 22 Nov 2026, 12:00 UTC (2 hours)");
  });

  test("shows no figure that is none", () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("numbers every footnote that it refers to", () => {
    const marks = [...page.matchAll(/href="#(note-[a-zA-Z]+)"/g)].map(([, id]) => id);
    expect(marks.length).toBeGreaterThan(8);
    for (const id of marks) expect(page).toContain(`<li id="${id}">`);
  });

  test("spells out the formula of the potential saving", () => {
    expect(text).toContain(
      "CPU cost × (1 − Σ max(need, usage) ÷ Σ max(request, usage)), plus the same for memory; 0 for a resource whose need is not below its request.",
    );
  });
});
