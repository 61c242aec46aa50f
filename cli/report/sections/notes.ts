import { html, type Markup } from "../html.ts";
import { HEADROOM } from "../sql.ts";
import { formatShare } from "../format.ts";
import { HOURS_PER_MONTH } from "../report-data.ts";

const DEFINITIONS = {
  cost: html`<b>Cost</b> is what OpenCost allocated for each hour: the larger of request and usage, at the
    prices OpenCost was configured with. Without a bill to compare with, these are usually list prices.
    OpenCost rounds to five decimals; sums here use the unrounded values where they can be recovered.`,
  runRate: html`<b>Monthly run-rate</b> is the mean cost of a covered hour times ${HOURS_PER_MONTH} hours,
    added over the clusters. It assumes that the month looks like this window.`,
  idle: html`<b>Idle</b> is node capacity that is paid for but neither requested nor used by any container. It
    includes the head-room that scheduling and failover need, so the goal is not zero.`,
  efficiency: html`<b>Efficiency</b> is the cost of the CPU and memory that containers used, divided by the
    cost of the CPU and memory allocated to them. Idle capacity, GPUs, volumes and network are left out. 100 %
    would leave no room for peaks.`,
  unused: html`<b>Unused</b> is the cost of CPU and memory allocated to a workload that it did not use: cost ×
    (1 − used ÷ allocated), hour by hour.`,
  saving: html`<b>Potential saving</b> is the part of the unused cost that lower requests would give back. For
    each container of a workload, over all its pods and hours: CPU cost × (1 − Σ max(need, usage) ÷ Σ
    max(request, usage)), plus the same for memory; 0 for a resource whose need is not below its request. The
    CPU need is the 95th percentile of 5-minute rates, averaged over the workload's pods, in its busiest hour;
    the memory need is the highest working set of any of its pods in any hour; both plus
    ${formatShare(HEADROOM - 1)}. Request is the highest of the window, usage each hour's average. What higher
    requests would cost is not deducted. It becomes money once nodes go away, and it is only as good as the
    window: a week shows what a day cannot.`,
  usage: html`<b>Allocated and used</b> are averages over the covered hours. Allocated are the cores and bytes
    that OpenCost charges for: the larger of request and usage. Used is what containers consumed of them.`,
  gpu: html`<b>GPU use</b> is the share of time in which the graphics engine was active, weighted by GPU-hours
    (DCGM). A dash means that nothing measured it.`,
  unmounted: html`<b>Unmounted volumes</b> are persistent volumes that no running pod mounts: bound to a claim
    nobody uses, or to no claim at all: then no namespace is named. They are billed all the same.`,
} as const;

/** What the figures mean, by name. */
export type NoteName = keyof typeof DEFINITIONS;

const NAMES = Object.keys(DEFINITIONS) as NoteName[];

/** The footnote mark of a definition. */
export function mark(name: NoteName): Markup {
  return html`<sup><a href="#note-${name}">${NAMES.indexOf(name) + 1}</a></sup>`;
}

/** The definitions, numbered as {@link mark} numbers them. */
export function renderNotes(): Markup {
  return html`<ol>
    ${NAMES.map((name) => html`<li id="note-${name}">${DEFINITIONS[name]}</li> `)}
  </ol>`;
}
