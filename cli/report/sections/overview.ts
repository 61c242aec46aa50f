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
import { coveredHours, monthly, windowName } from "./time-basis.ts";
import { wasteOf } from "./unused-money.ts";

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
  return html`<p class="lead">${summary(data)}</p>
    <dl class="tiles">
      ${tile(html`Cost in ${windowName(data)}${mark("cost")}`, money(headline.totalCost), `${money(headline.byKind.workload)} of it for workloads`)}
      ${tile(html`Monthly run-rate${mark("runRate")}`, money(headline.monthlyRunRate), `at ${HOURS_PER_MONTH} hours a month`)}
      ${tile(html`Idle share${mark("idle")}`, formatShare(headline.idleShare), `${monthly(data, headline.byKind.idle)} a month, neither requested nor used`)}
      ${tile(html`Efficiency${mark("efficiency")}`, formatShare(headline.efficiency), "of allocated CPU and memory was used")}
      ${tile(html`Potential saving${mark("saving")}`, html`${monthly(data, headline.potentialSaving)}<span class="detail"> a month</span>`, "by lowering requests to what workloads need")}
      ${tile("Hours covered", `${formatNumber(covered)} of ${formatNumber(hours)}`, `${formatCount(data.clusters.length, "cluster")}, ${formatCount(headline.pods, "pod")}, ${formatCount(headline.containers, "container")}`)}
    </dl> `;
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
  const several = data.clusters.length > 1;
  const [top] = namespaces;
  const topText = top
    ? html` The largest namespace is <b>${top.namespace}</b> with
        ${monthly(data, top.cost)}${top.gpuCost > top.cost / 2 ? ", mostly for GPUs" : ""}.`
    : "";
  return html`${several ? `These ${data.clusters.length} clusters cost` : "This cluster costs"}
    <b>${money(headline.monthlyRunRate)}</b> a month at the rate of ${several ? "the" : "these"}
    ${windowName(data)}, which cost <b>${money(headline.totalCost)}</b>.${nothingInReturn(data)}${topText}`;
}

/** What is paid for and not used, ranked, and what lower requests would save of it. */
function nothingInReturn(data: ReportData): Content {
  const parts = wasteOf(data);
  if (parts.length === 0) return "";
  const all = parts.reduce((sum, part) => sum + part.cost, 0);
  const ranked = parts.map(
    ({ phrase, cost }, index) => html`${index > 0 ? ", " : " "}${phrase} <b>${monthly(data, cost)}</b>`,
  );
  const { potentialSaving, totalCost } = data.headline;
  const saving =
    potentialSaving > 0
      ? html` Requests at the measured need would save <b>${monthly(data, potentialSaving)}</b>.`
      : "";
  return html` <b>${monthly(data, all)}</b> a month of it (${formatShare(all / totalCost)}) goes
    unused:${ranked}.${saving}`;
}

function tile(label: Content, figure: Content, detail: Content): Markup {
  return html`<div class="tile">
    <dt>${label}</dt>
    <dd class="figure">${figure}</dd>
    <dd class="detail">${detail}</dd>
  </div>`;
}
