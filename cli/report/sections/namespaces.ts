import { formatAmount, formatBytes, formatMoney, formatShare, NO_FIGURE } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { NamespaceCost, ReportData } from "../report-data.ts";
import { change, share } from "./cells.ts";
import { mark } from "./notes.ts";
import { inWindow } from "./time-basis.ts";

/** Each namespace's cost and efficiency, then what belongs to none, then all of it. */
export function renderNamespaces(data: ReportData): Markup {
  return html`<section>
    <h2>By namespace</h2>
    <p class="note">
      Idle and unmounted cost belongs to no workload and is listed below the namespaces. Efficiency is used ÷
      allocated, CPU and memory by their cost.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Namespace</th>
            <th>Cost${mark("cost")}${inWindow(data)}</th>
            <th class="wide-only">Share</th>
            <th class="wide-only">CPU cores${mark("usage")}<br />allocated → used</th>
            <th class="wide-only">Memory${mark("usage")}<br />allocated → used</th>
            <th class="wide-only">Efficiency${mark("efficiency")}</th>
            <th>Unused${mark("unused")}${inWindow(data)}</th>
            <th>Saving${mark("saving")}${inWindow(data)}</th>
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
  const gpu = row.gpuCost > 0 ? html` <small>GPU ${formatShare(row.gpuCost / row.cost)}</small>` : undefined;
  return html`<tr>
    <th class="text" scope="row">${row.namespace}${gpu}</th>
    <td>${formatMoney(row.cost, data.currency)}</td>
    <td class="wide-only">${share(row.cost / data.headline.totalCost)}</td>
    <td class="wide-only">${change(formatAmount(row.cpuAllocated), formatAmount(row.cpuUsed))}</td>
    <td class="wide-only">${change(formatBytes(row.memoryAllocated), formatBytes(row.memoryUsed))}</td>
    <td class="wide-only">${formatShare(row.efficiency)}</td>
    <td>${formatMoney(row.unusedCost, data.currency)}</td>
    <td class="saving">${savingText(row.potentialSaving, data.currency)}</td>
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
          <td class="wide-only">${share(cost / headline.totalCost)}</td>
          ${noFigures(3)}
          <td></td>
          <td></td>
        </tr> `,
    );
}

function totalRow(data: ReportData): Markup {
  const { headline, currency } = data;
  return html`<tr>
    <td class="text">Total</td>
    <td>${formatMoney(headline.totalCost, currency)}</td>
    <td class="wide-only">${share(1)}</td>
    ${noFigures(2)}
    <td class="wide-only">${formatShare(headline.efficiency)}</td>
    <td>${formatMoney(headline.unusedCost, currency)}</td>
    <td>${savingText(headline.potentialSaving, currency)}</td>
  </tr>`;
}

/** Empty cells of columns that narrow screens leave out; a `colspan` would bring those back. */
function noFigures(count: number): Markup[] {
  return Array.from({ length: count }, () => html`<td class="wide-only"></td> `);
}

function savingText(amount: number, currency: string): string {
  return amount > 0 ? formatMoney(amount, currency) : NO_FIGURE;
}
