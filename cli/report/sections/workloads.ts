import {
  formatBytes,
  formatCount,
  formatAmount,
  formatRoundMoney,
  formatNumber,
  formatShare,
} from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { ReportData, WorkloadSaving } from "../report-data.ts";
import { change } from "./cells.ts";
import { mark } from "./notes.ts";
import { perMonth } from "./overview.ts";

/** The containers with the most allocated and not used. */
export function renderWorkloads(data: ReportData): Markup {
  if (data.workloads.length === 0) return html``;
  const listed = data.workloads.reduce((sum, row) => sum + row.unusedCost, 0);
  const share = data.headline.unusedCost > 0 ? listed / data.headline.unusedCost : undefined;
  return html`<section>
    <h2>Where most is unused</h2>
    <p class="note">
      ${formatCount(data.workloads.length, "container")} with the largest unused cost,${mark("unused")}
      ${formatShare(share)} of all of it. Need is the request that would have covered this
      window;${mark("saving")} where it is above the request, the request is too low.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Workload</th>
            <th class="text">Namespace</th>
            <th>Pods</th>
            <th>CPU cores<br />request → need</th>
            <th>Memory<br />request → need</th>
            <th>Cost<br />a month</th>
            <th>Unused<br />a month</th>
            <th>Potential saving<br />a month</th>
          </tr>
        </thead>
        <tbody>
          ${data.workloads.map((row) => workloadRow(row, data))}
        </tbody>
      </table>
    </div>
  </section> `;
}

function workloadRow(row: WorkloadSaving, data: ReportData): Markup {
  const monthly = (amount: number): string => formatRoundMoney(perMonth(data, amount), data.currency);
  const place = data.clusters.length > 1 ? ` · ${row.cluster}` : "";
  return html`<tr>
    <th class="text" scope="row">
      ${row.workload} <small>${row.container}${row.kind ? ` · ${row.kind}` : ""}${place}</small>
    </th>
    <td class="text">${row.namespace}</td>
    <td>${formatNumber(row.pods)}</td>
    <td>${change(formatAmount(row.cpuRequest), formatAmount(row.cpuNeed))}</td>
    <td>${change(formatBytes(row.memoryRequest), formatBytes(row.memoryNeed))}</td>
    <td>${monthly(row.cost)}</td>
    <td>${monthly(row.unusedCost)}</td>
    <td class="saving">${monthly(row.potentialSaving)}</td>
  </tr> `;
}
