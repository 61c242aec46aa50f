import { SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import {
  formatBytes,
  formatCount,
  formatInstant,
  formatMoney,
  formatNumber,
  formatShare,
} from "../format.ts";
import { html, type Content, type Markup } from "../html.ts";
import type { CostReconciliation, Gap, Quality, ReportData } from "../report-data.ts";

const GAPS_SHOWN = 12;

/** What the figures of this page can be trusted for. */
export function renderQuality(data: ReportData): Markup {
  const { quality } = data;
  return html`<section>
    <h2>Data quality</h2>
    <p class="note">
      Every hour was committed with a manifest that says how many rows and which sums it holds; this section
      compares.
    </p>
    ${data.simulated.map(
      (notice) => html`<p>${verdict(false)} <b>Not a measurement:</b> ${notice}</p> `,
    )}${datasetTable(quality)}
    ${gapList(quality.gaps)}
    <h3>Checks</h3>
    <ul class="plain">
      ${checks(data).map((check) => html`<li>${check}</li> `)}
    </ul>
    ${warningList(quality)}
    <p class="note">Sources: ${sources(quality)}.</p>
  </section> `;
}

function datasetTable(quality: Quality): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th class="text">Dataset</th>
          <th>Hours expected</th>
          <th>Present</th>
          <th>Missing</th>
          <th>Rows</th>
          <th>Rows by manifests</th>
          <th>Size</th>
          <th>Queries answered</th>
        </tr>
      </thead>
      <tbody>
        ${quality.datasets.map((row) => {
          const missing = row.hoursExpected - row.hoursPresent;
          return html`<tr>
            <th class="text" scope="row">${row.dataset}</th>
            <td>${formatNumber(row.hoursExpected)}</td>
            <td>${formatNumber(row.hoursPresent)}</td>
            <td>${missing === 0 ? "0" : html`<span class="mark bad">${formatNumber(missing)}</span>`}</td>
            <td>${formatNumber(row.fileRows)}</td>
            <td>
              ${formatNumber(row.manifestRows)}${row.manifestRows === row.fileRows ? undefined : html` <span class="mark bad">differs</span>`}
            </td>
            <td>${formatBytes(row.bytes)}</td>
            <td>${formatNumber(row.queriesAnswered)} of ${formatNumber(row.queriesExpected)}</td>
          </tr> `;
        })}
      </tbody>
    </table>
  </div>`;
}

function gapList(gaps: readonly Gap[]): Markup | undefined {
  if (gaps.length === 0) return undefined;
  return html`<h3>Missing hours</h3>
    <ul class="plain">
      ${gaps
        .slice(0, GAPS_SHOWN)
        .map(
          (gap) =>
            html`<li>
              ${verdict(false)} ${gap.dataset} of ${gap.cluster}: ${formatInstant(gap.from)} to
              ${formatInstant(gap.until)} UTC
              (${formatCount((gap.until - gap.from) / SECONDS_PER_HOUR, "hour")})
            </li> `,
        )}${gaps.length > GAPS_SHOWN ? html`<li>and ${formatCount(gaps.length - GAPS_SHOWN, "more gap")}</li>` : undefined}
    </ul>`;
}

function checks(data: ReportData): Content[] {
  const { costs, coverage, restatedHours } = data.quality;
  const money = (amount: number): string => formatMoney(amount, data.currency);
  const withUsage = coverage.withCost > 0 ? coverage.withCostAndUsage / coverage.withCost : undefined;
  const samples = coverage.samplesPerMinute;
  return [
    html`${verdict(agrees(costs, "manifests"))} The rows add up to ${money(costs.rows)}; the manifests were
    committed with ${money(costs.manifests)}.`,
    html`${verdict(agrees(costs, "parts"))} CPU, memory, GPU, volumes, load balancers, network and other costs
    of the rows add up to ${money(costs.parts)}.`,
    html`OpenCost's own totals, rounded per row, add up to ${money(costs.rounded)}: a difference of
    ${money(costs.rounded - costs.rows)} that the repaired values take out.`,
    html`${formatShare(withUsage)} of ${formatNumber(coverage.withCost)} container-hours with a cost also have
    measured usage; ${formatNumber(coverage.usageWithoutCost)} with usage have no cost.`,
    html`Prometheus saw ${formatShare(coverage.observedShare)} of the time these containers were charged
    for${samples === undefined ? "" : `, with ${formatNumber(samples, 1)} samples a minute for each`}.`,
    ...(restatedHours > 0
      ? [html`${formatCount(restatedHours, "dataset-hour")} replaced an earlier answer.`]
      : []),
  ];
}

/** Whether two sums are the same but for the order of addition. */
function agrees(costs: CostReconciliation, other: "manifests" | "parts"): boolean {
  return Math.abs(costs.rows - costs[other]) <= 1e-9 * Math.max(1, Math.abs(costs.rows));
}

function verdict(good: boolean): Markup {
  return good ? html`<span class="mark good">✓</span>` : html`<span class="mark bad">✗</span>`;
}

function warningList(quality: Quality): Markup | undefined {
  if (quality.warnings.length === 0) return html`<p class="note">No manifest carries a warning.</p>`;
  return html`<h3>Warnings of the exporter</h3>
    <ul class="plain">
      ${quality.warnings.map(
        (row) =>
          html`<li>
            ${row.text} <small class="note">(${row.dataset}, ${formatCount(row.hours, "hour")})</small>
          </li> `,
      )}
    </ul>`;
}

function sources(quality: Quality): string {
  const named = Object.entries(quality.sources).map(
    ([source, versions]) => `${source} ${versions.join(", ")}`,
  );
  return named.length > 0 ? named.join("; ") : "none named";
}
