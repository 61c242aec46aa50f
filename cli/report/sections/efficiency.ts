import { stepLines } from "../charts/step-lines.ts";
import { formatAmount, formatBytes, formatMoney, formatRoundMoney, formatShare } from "../format.ts";
import { html, type Content, type Markup } from "../html.ts";
import type { NamespaceCost, ReportData } from "../report-data.ts";
import { mark } from "./notes.ts";
import { perMonth } from "./overview.ts";

/** Requested against used, over time and by namespace. */
export function renderEfficiency(data: ReportData): Markup {
  return html`<section>
      <h2>Requested and used</h2>
      <p class="note">
        What workloads asked for, and what they consumed.${mark("usage")} The space between the lines is paid
        for.
      </p>
      <ul class="legend">
        <li><i class="line s2"></i>requested</li>
        <li><i class="line s1"></i>used</li>
      </ul>
      <div class="pair">
        <div>
          <h3>CPU, cores</h3>
          ${stepLines({
            title: "CPU requested and used, in cores",
            upperName: "requested",
            lowerName: "used",
            ...data.window,
            points: data.usage.map((row) => ({
              hour: row.hour,
              upper: row.cpuRequested,
              lower: row.cpuUsed,
            })),
            formatValue: formatAmount,
          })}
        </div>
        <div>
          <h3>Memory, GiB</h3>
          ${stepLines({
            title: "Memory requested and used, in GiB",
            upperName: "requested",
            lowerName: "used",
            ...data.window,
            points: data.usage.map((row) => ({
              hour: row.hour,
              upper: row.memoryRequested / GIB,
              lower: row.memoryUsed / GIB,
            })),
            formatValue: formatAmount,
          })}
        </div>
      </div>
    </section>
    <section>
      <h2>By namespace</h2>
      <p class="note">Workloads only; idle and unmounted cost belongs to no namespace and is listed below.</p>
      ${namespaceTable(data)}
    </section> `;
}

const GIB = 2 ** 30;

function namespaceTable(data: ReportData): Markup {
  const { headline, currency } = data;
  const rest = headline.byKind;
  const outside: [string, number][] = [
    ["Idle capacity", rest.idle],
    ["Unmounted volumes", rest.unmounted],
    ["Unallocated", rest.unallocated],
  ];
  return html`<div class="scroll">
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
        ${data.namespaces.map((row) => namespaceRow(row, data))}${outside.map(([name, cost]) =>
          cost === 0
            ? undefined
            : html`<tr>
                <td class="text">${name}</td>
                <td>${formatMoney(cost, currency)}</td>
                ${shareCell(cost / headline.totalCost)}
                <td></td>
                <td></td>
                <td></td>
                <td></td>
                <td></td>
              </tr> `,
        )}
      </tbody>
      <tfoot>
        <tr>
          <td class="text">Total</td>
          <td>${formatMoney(headline.totalCost, currency)}</td>
          ${shareCell(1)}
          <td></td>
          <td></td>
          <td>${formatShare(headline.efficiency)}</td>
          <td>${formatRoundMoney(perMonth(data, headline.unusedCost), currency)}</td>
          <td>${formatRoundMoney(perMonth(data, headline.potentialSaving), currency)}</td>
        </tr>
      </tfoot>
    </table>
  </div>`;
}

function namespaceRow(row: NamespaceCost, data: ReportData): Markup {
  const money = (amount: number): string => formatMoney(amount, data.currency);
  const monthly = (amount: number): string => formatRoundMoney(amount, data.currency);
  const gpu = row.gpuCost > 0 ? html` <small>GPU ${formatShare(row.gpuCost / row.cost)}</small>` : undefined;
  return html`<tr>
    <th class="text" scope="row">${row.namespace}${gpu}</th>
    <td>${money(row.cost)}</td>
    ${shareCell(row.cost / data.headline.totalCost)}
    <td>${change(formatAmount(row.cpuRequested), formatAmount(row.cpuUsed))}</td>
    <td>${change(formatBytes(row.memoryRequested), formatBytes(row.memoryUsed))}</td>
    <td>${formatShare(row.efficiency)}</td>
    <td>${monthly(perMonth(data, row.unusedCost))}</td>
    <td class="saving">${monthly(perMonth(data, row.potentialSaving))}</td>
  </tr> `;
}

function shareCell(share: number): Markup {
  const width = Number.isFinite(share) ? Math.round(Math.min(1, Math.max(0, share)) * 100) : 0;
  return html`<td>
    ${formatShare(share)}<span class="bar"><i style="width:${width}%"></i></span>
  </td>`;
}

/** `before → after` */
export function change(before: Content, after: Content): Markup {
  return html`${before} <span class="arrow">→</span> ${after}`;
}
