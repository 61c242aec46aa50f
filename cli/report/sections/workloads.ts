import { formatAmount, formatBytes, formatCount, formatNumber, formatShare, NO_FIGURE } from "../format.ts";
import { html, type Content, type Markup } from "../html.ts";
import type { ReportData, WorkloadSaving } from "../report-data.ts";
import { change } from "./cells.ts";
import { mark } from "./notes.ts";
import { A_MONTH, monthly } from "./time-basis.ts";

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
      window.${mark("saving")} ${RAISE} marks a request below the need: it is too low, and lowering it saves
      nothing.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Workload</th>
            <th class="text wide-only">Namespace</th>
            <th class="wide-only">Pods</th>
            <th class="wide-only">CPU cores<br />request → need</th>
            <th class="wide-only">Memory<br />request → need</th>
            <th>Cost${A_MONTH}</th>
            <th>Unused${A_MONTH}</th>
            <th>Saving${mark("saving")}${A_MONTH}</th>
          </tr>
        </thead>
        <tbody>
          ${data.workloads.map((row) => workloadRow(row, data))}
        </tbody>
      </table>
    </div>
  </section> `;
}

/** The sign of a request that is too low. */
const RAISE = "↑";

function workloadRow(row: WorkloadSaving, data: ReportData): Markup {
  const place = data.clusters.length > 1 ? ` · ${row.cluster}` : "";
  return html`<tr>
    <th class="text" scope="row">
      ${row.workload} <small>${row.container}${row.kind ? ` · ${row.kind}` : ""}${place}</small>
      <small class="narrow-only">${row.namespace}</small>
    </th>
    <td class="text wide-only">${row.namespace}</td>
    <td class="wide-only">${formatNumber(row.pods)}</td>
    <td class="wide-only">${needCell(row.cpuRequest, row.cpuNeed, formatAmount)}</td>
    <td class="wide-only">${needCell(row.memoryRequest, row.memoryNeed, formatBytes)}</td>
    <td>${monthly(data, row.cost)}</td>
    <td>${monthly(data, row.unusedCost)}</td>
    <td class="saving">${savingCell(row, data)}</td>
  </tr> `;
}

function needCell(request: number, need: number, format: (amount: number) => string): Content {
  const tooLow =
    need > request ? html` <span class="mark bad" title="raise this request">${RAISE}</span>` : "";
  return html`${change(request > 0 ? format(request) : "none", format(need))}${tooLow}`;
}

/** The saving; where there is none, whether it is because a request is too low. */
function savingCell(row: WorkloadSaving, data: ReportData): Content {
  if (row.potentialSaving > 0) return monthly(data, row.potentialSaving);
  const tooLow = row.cpuNeed > row.cpuRequest || row.memoryNeed > row.memoryRequest;
  return tooLow ? html`<small>raise request</small>` : NO_FIGURE;
}
