import { describe, expect, test } from "@jest/globals";
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDay,
  formatInstant,
  formatMoney,
  formatRoundMoney,
  formatShare,
  formatTickMoney,
} from "../../../cli/report/format.ts";
import { html } from "../../../cli/report/html.ts";
import { addVolumes } from "../../../cli/report/volumes.ts";

describe("templates of markup", () => {
  test("escape every value, in text and in attributes", () => {
    const evil = `"><script>alert('x')</script>&`;
    expect(html`<a title="${evil}">${evil}</a>`.text).toBe(`<a title="${escaped}">${escaped}</a>`);
  });

  test("keep markup, join lists and leave undefined out", () => {
    const items = ["a<", "b"].map((item) => html`<li>${item}</li>`);
    const list = html`<ul>
      ${items}${undefined}
    </ul>`;
    expect(list.text.replaceAll("\n", "")).toBe("<ul><li>a&lt;</li><li>b</li></ul>");
  });
});

const escaped = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;";

describe("figures", () => {
  test.each([
    [1839.647, "USD", "$1,839.65"],
    [58_389.2, "USD", "$58,389"],
    [0.4729, "USD", "$0.47"],
    [0.0042, "EUR", "< €0.01"],
    [0, "USD", "$0.00"],
    [-0.016, "USD", "−$0.02"],
    [-0.0004, "USD", "> −$0.01"],
    [12, "SEK", "12.00 SEK"],
    [12, "credits", "12.00 credits"],
  ])("money %p %s is %p", (amount, currency, text) => {
    expect(formatMoney(amount, currency)).toBe(text);
  });

  test.each([
    [843.15, "$843"],
    [6.934, "$6.93"],
    [84.5, "$84.50"],
  ])("round money %p is %p", (amount, text) => expect(formatRoundMoney(amount, "USD")).toBe(text));

  test("money on an axis has the decimals it needs", () => {
    expect([0, 25, 0.5, 3 * 0.1, 0.0025].map((amount) => formatTickMoney(amount, "USD"))).toEqual([
      "$0",
      "$25",
      "$0.5",
      "$0.3",
      "$0.0025",
    ]);
  });

  test.each([
    [0.5634, "56\u00a0%"],
    [0.043, "4.3\u00a0%"],
    [0.0002, "< 0.1\u00a0%"],
    [0.9999, "> 99.9\u00a0%"],
    [1, "100\u00a0%"],
    [0, "0\u00a0%"],
    [undefined, "–"],
  ])("a share of %p is %p", (share, text) => expect(formatShare(share)).toBe(text));

  test("amounts, bytes, counts and instants read as a person writes them", () => {
    expect([1234.5, 56.78, 0.25, 0.087, 0].map(formatAmount)).toEqual([
      "1,235",
      "56.8",
      "0.25",
      "0.087",
      "0",
    ]);
    expect([512, 1536, 100 * 2 ** 30].map(formatBytes)).toEqual([
      "512\u00a0B",
      "1.5\u00a0KiB",
      "100\u00a0GiB",
    ]);
    expect([formatCount(1, "hour"), formatCount(2500, "pod")]).toEqual(["1 hour", "2,500 pods"]);
    const instant = Date.UTC(2026, 10, 24, 6) / 1000;
    expect([formatDay(instant), formatInstant(instant)]).toEqual(["Tue 24 Nov", "24 Nov 2026, 06:00"]);
  });
});

describe("volumes that nothing mounts", () => {
  const row = { cluster: "prod", namespace: "data", cost: 0.5 };

  test("are added up over the hours, dearest first", () => {
    const volumes =
      '{"cluster=c:name=a":{"byteHours":10,"cost":0.1},"cluster=c:name=b:c":{"byteHours":1,"cost":0.4}}';
    const found = addVolumes([
      { ...row, volumes },
      { ...row, volumes },
    ]);
    expect(found.map(({ volume, byteHours, cost, hours }) => [volume, byteHours, cost, hours])).toEqual([
      ["b:c", 2, 0.8, 2],
      ["a", 20, 0.2, 2],
    ]);
  });

  test("keep the cost of a row that names none", () => {
    expect(addVolumes([{ ...row, volumes: undefined }])).toMatchObject([
      { volume: "(not named)", cost: 0.5 },
    ]);
  });
});
