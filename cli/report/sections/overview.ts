import { SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import {
  formatCount,
  formatDay,
  formatInstant,
  formatNumber,
  formatRoundMoney,
  formatShare,
  formatTime,
} from "../format.ts";
import { html, type Content, type Markup } from "../html.ts";
import { HOURS_PER_MONTH, type ReportData } from "../report-data.ts";
import { mark } from "./notes.ts";

/** Title, what the report is about, and the notice of simulated data. */
export function renderHeader(data: ReportData): Markup {
  const { from, until } = data.window;
  const hours = (until - from) / SECONDS_PER_HOUR;
  return html`<header>
    <h1>Container cost report</h1>
    <p>${clusterLine(data)}</p>
    <p>
      ${formatDay(from)}, ${formatTime(from)} to ${formatInstant(until)} UTC · ${formatCount(hours, "hour")}
    </p>
    ${data.simulated.map(
      (notice) =>
        html`<div class="banner" role="note">
          <p><b>Simulated data:</b> ${notice}</p>
        </div> `,
    )}
  </header> `;
}

/** The report in one paragraph and six figures. */
export function renderOverview(data: ReportData): Markup {
  const { headline, currency } = data;
  const money = (amount: number): string => formatRoundMoney(amount, currency);
  const hours = (data.window.until - data.window.from) / SECONDS_PER_HOUR;
  const covered = coveredHours(data);
  const monthlySaving = perMonth(data, headline.potentialSaving);
  return html`<p class="lead">${summary(data)}</p>
    <dl class="tiles">
      ${tile(html`Cost of the window${mark("cost")}`, money(headline.totalCost), `${money(headline.byKind.workload)} of it for workloads`)}
      ${tile(html`Monthly run-rate${mark("runRate")}`, money(headline.monthlyRunRate), `at ${HOURS_PER_MONTH} hours a month`)}
      ${tile(html`Idle share${mark("idle")}`, formatShare(headline.idleShare), `${money(headline.byKind.idle)} for capacity nothing asked for`)}
      ${tile(html`Efficiency${mark("efficiency")}`, formatShare(headline.efficiency), "of allocated CPU and memory was used")}
      ${tile(html`Potential saving${mark("saving")}`, html`${money(monthlySaving)}<span class="detail"> a month</span>`, "by requesting what workloads need")}
      ${tile("Hours covered", `${formatNumber(covered)} of ${formatNumber(hours)}`, `${formatCount(data.clusters.length, "cluster")}, ${formatCount(headline.pods, "pod")}, ${formatCount(headline.containers, "container")}`)}
    </dl> `;
}

/** Money of the window as money of a month of covered hours. */
export function perMonth(data: ReportData, amount: number): number {
  return (amount / Math.max(1, coveredHours(data))) * HOURS_PER_MONTH;
}

/** How many hours of the window have costs. */
export function coveredHours(data: ReportData): number {
  return new Set(data.hourly.map((row) => row.hour)).size;
}

function clusterLine(data: ReportData): Content {
  const named = data.clusters.map(
    (cluster) => html`<b>${cluster.name}</b> (${cluster.region}, account ${cluster.account})`,
  );
  const shown = named.slice(0, 4).flatMap((name, index) => (index === 0 ? [name] : [", ", name]));
  const more = named.length > 4 ? ` and ${formatCount(named.length - 4, "more cluster")}` : "";
  return html`${data.clusters.length === 1 ? "Cluster " : "Clusters "}${shown}${more}`;
}

function summary(data: ReportData): Content {
  const { headline, currency, namespaces } = data;
  if (headline.totalCost === 0) return "No cost was exported for this window.";
  const money = (amount: number): string => formatRoundMoney(amount, currency);
  const [top] = namespaces;
  const used =
    headline.efficiency === undefined
      ? ""
      : ` Of the CPU and memory that workloads had allocated, they used ${formatShare(headline.efficiency)} by cost.`;
  const topText = top
    ? html` The largest namespace is <b>${top.namespace}</b> with
        ${money(top.cost)}${top.gpuCost > top.cost / 2 ? ", mostly for GPUs" : ""}.`
    : "";
  return html`${data.clusters.length === 1 ? "This cluster" : `These ${data.clusters.length} clusters`} cost
    <b>${money(headline.totalCost)}</b> in ${formatCount(coveredHours(data), "hour")}, a run-rate of
    <b>${money(headline.monthlyRunRate)}</b> a month. ${formatShare(headline.idleShare)} of it paid for
    capacity that no container asked for.${topText}${used}`;
}

function tile(label: Content, figure: Content, detail: Content): Markup {
  return html`<div class="tile">
    <dt>${label}</dt>
    <dd class="figure">${figure}</dd>
    <dd class="detail">${detail}</dd>
  </div>`;
}
