import { formatAmount, formatBytes, formatMoney, formatRoundMoney, formatShare } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { NamespaceCost, ReportData } from "../report-data.ts";
import { change, shareCell } from "./cells.ts";
import { mark } from "./notes.ts";
import { perMonth } from "./overview.ts";

/** Each namespace's cost and efficiency, then what belongs to none, then all of it. */
export function renderNamespaces(data: ReportData): Markup {
  return html`<section>
    <h2>By namespace</h2>
    <p class="note">Workloads only; idle and unmounted cost belongs to no namespace and is listed below.</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Namespace</th>
            <th>Cost${mark("cost")}</th>
            <th>Share</th>
            <th>CPU cores<br />requested → used</th>
            <th>Memory<br />requested → used</th>
            <th>Efficiency${mark("efficiency")}</th>
            <th>Unused${mark("unused")}<br />a month</th>
            <th>Potential saving${mark("saving")}<br />a month</th>
          </tr>
        </thead>
        <tbody>
          ${data.namespaces.map((row) => namespaceRow(row, data))}${outsideRows(data)}
        </tbody>
        <tfoot>
          ${totalRow(data)}
        </tfoot>
      </table>
    </div>
  </section> `;
}

function namespaceRow(row: NamespaceCost, data: ReportData): Markup {
  const monthly = (amount: number): string => formatRoundMoney(perMonth(data, amount), data.currency);
  const gpu = row.gpuCost > 0 ? html` <small>GPU ${formatShare(row.gpuCost / row.cost)}</small>` : undefined;
  return html`<tr>
    <th class="text" scope="row">${row.namespace}${gpu}</th>
    <td>${formatMoney(row.cost, data.currency)}</td>
    ${shareCell(row.cost / data.headline.totalCost)}
    <td>${change(formatAmount(row.cpuRequested), formatAmount(row.cpuUsed))}</td>
    <td>${change(formatBytes(row.memoryRequested), formatBytes(row.memoryUsed))}</td>
    <td>${formatShare(row.efficiency)}</td>
    <td>${monthly(row.unusedCost)}</td>
    <td class="saving">${monthly(row.potentialSaving)}</td>
  </tr> `;
}

function outsideRows({ headline, currency }: ReportData): Markup[] {
  const outside: [string, number][] = [
    ["Idle capacity", headline.byKind.idle],
    ["Unmounted volumes", headline.byKind.unmounted],
    ["Unallocated", headline.byKind.unallocated],
  ];
  return outside
    .filter(([, cost]) => cost !== 0)
    .map(
      ([name, cost]) =>
        html`<tr>
          <td class="text">${name}</td>
          <td>${formatMoney(cost, currency)}</td>
          ${shareCell(cost / headline.totalCost)}
          <td colspan="5"></td>
        </tr> `,
    );
}

function totalRow(data: ReportData): Markup {
  const { headline, currency } = data;
  return html`<tr>
    <td class="text">Total</td>
    <td>${formatMoney(headline.totalCost, currency)}</td>
    ${shareCell(1)}
    <td colspan="2"></td>
    <td>${formatShare(headline.efficiency)}</td>
    <td>${formatRoundMoney(perMonth(data, headline.unusedCost), currency)}</td>
    <td>${formatRoundMoney(perMonth(data, headline.potentialSaving), currency)}</td>
  </tr>`;
}
