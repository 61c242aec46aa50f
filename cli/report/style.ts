/** The page's style sheet: light and dark by the reader's setting, narrow screens, and paper. No fonts are loaded. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16202b; --soft: #566372; --faint: #8a95a1; --line: #e1e5ea; --strong-line: #b9c2cc;
  --accent: #1f5fbf; --good: #1d7a46; --bad: #b3261e; --warn-bg: #fff4d6; --warn-ink: #5f4300; --warn-line: #e8c25a;
  --s1: #3567c9; --s2: #e39a1c; --s3: #2aa198; --s4: #d6543f; --s5: #7d58c2; --s6: #6a9f2c; --s7: #d071a5; --s8: #8d6e57;
  --idle: #c3cad3; --unmounted: #87919d; --missing: #e9ecf0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1217; --card: #161b22; --ink: #e7ecf2; --soft: #a3afbc; --faint: #75818e; --line: #29313b; --strong-line: #47525f;
    --accent: #7fb0ff; --good: #62c98d; --bad: #ff8a80; --warn-bg: #33290d; --warn-ink: #f7dc94; --warn-line: #6d571a;
    --s1: #6d9bf2; --s2: #efb04a; --s3: #4cc2b8; --s4: #ef7f6b; --s5: #a98bea; --s6: #97c95a; --s7: #e79cc6; --s8: #b99880;
    --idle: #46515e; --unmounted: #7a8694; --missing: #1d242d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 6px; }
h2 { font-size: 20px; line-height: 1.3; letter-spacing: -0.008em; margin: 0 0 4px; }
h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 0 0 12px; max-width: 76ch; }
header p { color: var(--soft); margin: 0; }
.lead { font-size: 18px; line-height: 1.6; margin: 24px 0; max-width: 72ch; }
.note { color: var(--soft); font-size: 14px; }
.banner { background: var(--warn-bg); color: var(--warn-ink); border: 1px solid var(--warn-line); border-radius: 8px; padding: 12px 16px; margin: 20px 0 0; }
.banner p, header .banner p { margin: 0; max-width: none; color: inherit; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px; margin: 20px 0 0; }
.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; margin: 24px 0 0; }
.tile { background: var(--card); padding: 18px 24px; }
.tile dt { color: var(--soft); font-size: 14px; }
.tile dd { margin: 0; }
.tile .figure { font-size: 30px; line-height: 1.25; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile .detail { color: var(--soft); font-size: 13px; line-height: 1.45; }
sup { line-height: 0; } sup a { color: var(--accent); text-decoration: none; font-size: 11px; font-weight: 500; padding: 0 1px; }
.chart { display: block; width: 100%; height: auto; margin: 12px 0 0; }
.chart.narrow { display: none; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .axis { stroke: var(--strong-line); stroke-width: 1; }
.chart .tick { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
.chart .day { fill: var(--faint); }
.chart .hover { fill: transparent; }
.chart .missing { fill: var(--missing); stroke: var(--strong-line); stroke-width: 1; stroke-dasharray: 3 3; }
.s1 { fill: var(--s1); background: var(--s1); } .s2 { fill: var(--s2); background: var(--s2); } .s3 { fill: var(--s3); background: var(--s3); } .s4 { fill: var(--s4); background: var(--s4); }
.s5 { fill: var(--s5); background: var(--s5); } .s6 { fill: var(--s6); background: var(--s6); } .s7 { fill: var(--s7); background: var(--s7); } .s8 { fill: var(--s8); background: var(--s8); }
.idle { fill: var(--idle); background: var(--idle); } .unmounted { fill: var(--unmounted); background: var(--unmounted); }
.used-area { fill: var(--s1); opacity: 0.16; } .used-line { fill: none; stroke: var(--s1); stroke-width: 2; } .requested-line { fill: none; stroke: var(--s2); stroke-width: 2; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 10px 0 0; font-size: 14px; color: var(--soft); }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; }
.legend i.line { height: 3px; width: 16px; vertical-align: 4px; border-radius: 0; }
.legend b { font-weight: 600; color: var(--ink); font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 24px; margin-top: 8px; }
.scroll { overflow-x: auto; margin: 12px -24px 0; padding: 0 24px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 14px; line-height: 20px; }
th, td { text-align: right; padding: 8px 0 8px 18px; border-bottom: 1px solid var(--line); white-space: nowrap; font-variant-numeric: tabular-nums; vertical-align: baseline; }
th:first-child, td:first-child { padding-left: 0; }
th { color: var(--soft); font-weight: 500; font-size: 13px; border-bottom-color: var(--strong-line); vertical-align: bottom; }
th.text, td.text { text-align: left; white-space: normal; }
tbody th { font-weight: 500; color: var(--ink); font-size: 14px; border-bottom-color: var(--line); vertical-align: baseline; }
tfoot td, tfoot th { font-weight: 650; color: var(--ink); border-bottom: 0; border-top: 1px solid var(--strong-line); font-size: 14px; }
td small, th small { color: var(--soft); font-size: 13px; font-weight: 400; }
td .arrow { color: var(--faint); padding: 0 2px; }
.bar { display: inline-block; width: 64px; height: 7px; border-radius: 4px; background: var(--line); vertical-align: 1px; margin-left: 8px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--accent); }
.saving { font-weight: 600; } .narrow-only { display: none; } td.part { padding-left: 18px; color: var(--soft); }
.mark { font-weight: 600; } .mark.good { color: var(--good); } .mark.bad { color: var(--bad); } .mark.neutral { color: var(--soft); }
details { margin-top: 14px; font-size: 14px; } summary { cursor: pointer; color: var(--accent); }
ul.plain { padding-left: 20px; margin: 8px 0 0; font-size: 14px; } ul.plain li { margin: 3px 0; } ul.checks { list-style: none; padding-left: 22px; } ul.checks li { text-indent: -22px; } ul.checks .mark { display: inline-block; width: 17px; text-indent: 0; }
footer { margin-top: 28px; color: var(--soft); font-size: 13.5px; }
footer ol { padding-left: 22px; } footer li { margin: 7px 0; max-width: 96ch; } footer li:target { background: var(--warn-bg); color: var(--warn-ink); }
footer code, .note code { font: 0.93em ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
@media screen and (max-width: 760px) {
  main { padding: 24px 14px 40px; } h1 { font-size: 25px; } section { padding: 18px 16px; border-radius: 10px; }
  .lead { font-size: 16.5px; margin: 18px 0; } .tiles { grid-template-columns: 1fr 1fr; } .tile { padding: 13px 16px; } .tile .figure { font-size: 23px; }
  .pair { grid-template-columns: 1fr; } .scroll { margin: 10px 0 0; padding: 0; }
  .chart.wide { display: none; } .chart.narrow { display: block; }
  .wide-only, .bar { display: none; } small.narrow-only { display: block; } .scroll th, .scroll td { padding-left: 8px; } thead th { white-space: normal; } tbody td, tfoot td { font-size: 13px; }
  .scroll th:first-child, .scroll td:first-child { position: sticky; left: 0; padding-left: 0; padding-right: 4px; background: var(--card); min-width: 104px; max-width: 46vw; overflow-wrap: break-word; white-space: normal; }
}
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ddd; color-scheme: light; }
  @page { margin: 14mm; }
  body { font-size: 12px; } .lead { font-size: 13px; margin: 12px 0; } h1 { font-size: 22px; } h2 { font-size: 15px; } .note, ul.plain, .legend, footer { font-size: 11px; } .tile { padding: 8px 12px; } .tiles { margin-top: 12px; } main { max-width: none; padding: 0; } section { border: 0; padding: 12px 0; margin: 8px 0; border-top: 1px solid #bbb; border-radius: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .tile .figure { font-size: 22px; } .scroll { overflow: visible; margin: 8px 0 0; padding: 0; } table { font-size: 10px; line-height: 14px; } th, tbody th, tfoot td, td small, th small { font-size: 10px; } th, td { padding: 4px 0 4px 8px; } .bar { display: none; }
  tr, .chart, .tile { break-inside: avoid; } h2, h3 { break-after: avoid; } details { display: none; }
  .chart.wide { display: block; } .chart.narrow { display: none; }
}
`;
