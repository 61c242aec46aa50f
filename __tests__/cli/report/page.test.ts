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
      .replace(/\s+/g, " ");
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
    expect(text).toContain("This cluster cost $2.31 in 2 hours, a run-rate of $843 a month.");
    expect(text).toContain("43 % of it paid for capacity that no container asked for.");
    expect(text).toContain("2 of 3");
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
      "CPU cost × (1 − CPU need ÷ CPU allocated), never below 0, plus the same for memory",
    );
  });
});
