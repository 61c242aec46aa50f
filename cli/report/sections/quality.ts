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
      (notice) => html`<p>${NEUTRAL} <b>Not a measurement:</b> ${notice}</p> `,
    )}${datasetTable(quality)}
    ${gapList(quality.gaps)}
    <h3>Checks</h3>
    <ul class="plain checks">
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
    <ul class="plain checks">
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
  const { costs, restatedHours } = data.quality;
  const money = (amount: number): string => formatMoney(amount, data.currency);
  const roundingError = Math.abs(costs.rounded - costs.rows);
  return [
    ...completeness(data.quality),
    html`${verdict(agrees(costs, "manifests"))} The rows add up to ${money(costs.rows)}; the manifests were
    committed with ${money(costs.manifests)}.`,
    html`${verdict(agrees(costs, "parts"))} CPU, memory, GPU, volumes, load balancers, network and other costs
    of the rows add up to ${money(costs.parts)}.`,
    html`${verdict(roundingError <= mostRounded(data.quality))} OpenCost's own totals, rounded per row, add up
    to ${money(costs.rounded)}; the repaired values take out a difference of ${money(roundingError)}, of which
    rounding explains up to ${money(mostRounded(data.quality))}.`,
    ...coverageChecks(data.quality),
    ...(restatedHours > 0
      ? [html`${NEUTRAL} ${formatCount(restatedHours, "dataset-hour")} replaced an earlier answer.`]
      : []),
  ];
}

function completeness({ datasets, gaps }: Quality): Content[] {
  const asked = datasets.reduce((sum, row) => sum + row.queriesExpected, 0);
  const answered = datasets.reduce((sum, row) => sum + row.queriesAnswered, 0);
  const sameRows = datasets.every((row) => row.fileRows === row.manifestRows);
  return [
    html`${verdict(gaps.length === 0)}
    ${gaps.length === 0 ? "No hour is missing." : "Hours are missing: see above."}`,
    html`${verdict(sameRows)} The files hold ${sameRows ? "as many" : "not as many"} rows as their manifests
    say.`,
    html`${verdict(answered === asked)} ${formatNumber(answered)} of ${formatNumber(asked)} queries were
    answered.`,
  ];
}

// A container is seen from its first scrape to its last: up to a minute of each life is missing by design.
const SEEN_ENOUGH = 0.95;

function coverageChecks({ coverage }: Quality): Content[] {
  const withUsage = coverage.withCost > 0 ? coverage.withCostAndUsage / coverage.withCost : undefined;
  const samples = coverage.samplesPerMinute;
  const complete = withUsage === 1 && coverage.usageWithoutCost === 0;
  const seen = coverage.observedShare ?? 0;
  return [
    html`${passedOrSaid(complete)} ${formatShare(withUsage)} of ${formatNumber(coverage.withCost)}
    container-hours with a cost also have measured usage; ${formatNumber(coverage.usageWithoutCost)} with
    usage have no cost.`,
    html`${passedOrSaid(seen >= SEEN_ENOUGH)} Prometheus saw ${formatShare(coverage.observedShare)} of the
    time these containers were charged
    for${samples === undefined ? "" : `, with ${formatNumber(samples, 1)} samples a minute for each`}.`,
  ];
}

/** Whether two sums are the same but for the order of addition. */
function agrees(costs: CostReconciliation, other: "manifests" | "parts"): boolean {
  return Math.abs(costs.rows - costs[other]) <= 1e-9 * Math.max(1, Math.abs(costs.rows));
}

// OpenCost rounds each of a row's cost parts to five decimals.
const ROUNDING = 0.5e-5;
const ROUNDED_PARTS = 8;

/** The most by which sums of rounded rows may differ from sums of precise ones. */
function mostRounded({ datasets }: Quality): number {
  const rows = datasets.find(({ dataset }) => dataset === "allocation")?.fileRows ?? 0;
  return rows * ROUNDED_PARTS * ROUNDING;
}

/** The sign of something to know, which neither passes nor fails. */
const NEUTRAL = html`<span class="mark neutral">○</span>`;

function passedOrSaid(passed: boolean): Markup {
  return passed ? verdict(true) : NEUTRAL;
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
