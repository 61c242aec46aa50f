import {
  formatAmount,
  formatBytes,
  formatMoney,
  formatRoundMoney,
  formatShare,
  NO_FIGURE,
} from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { GpuUse, ReportData, UnmountedVolume } from "../report-data.ts";
import { mark } from "./notes.ts";
import { A_MONTH, inWindow, monthly, windowName } from "./time-basis.ts";
import { inactiveCost } from "./unused-money.ts";

const ROWS_SHOWN = 12;

/** What kind of resource the money went to. */
export function renderResources(data: ReportData): Markup {
  const money = (amount: number): string => (amount === 0 ? NO_FIGURE : formatMoney(amount, data.currency));
  const rows = data.resources.filter((row) => row.workload + row.idle + row.unmounted !== 0);
  return html`<section>
    <h2>By resource</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Resource</th>
            <th>Workloads${inWindow(data)}</th>
            <th>Idle${mark("idle")}${inWindow(data)}</th>
            <th class="wide-only">Unmounted${mark("unmounted")}${inWindow(data)}</th>
            <th>Total${inWindow(data)}</th>
            <th class="wide-only">Share</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => {
            const total = row.workload + row.idle + row.unmounted;
            return html`<tr>
              <th class="text" scope="row">${row.resource}</th>
              <td>${money(row.workload)}</td>
              <td>${money(row.idle)}</td>
              <td class="wide-only">${money(row.unmounted)}</td>
              <td>${money(total)}</td>
              <td class="wide-only">${formatShare(total / data.headline.totalCost)}</td>
            </tr> `;
          })}
        </tbody>
      </table>
    </div>
  </section> `;
}

/** GPU workloads, dearest first. Nothing when no GPU was allocated. */
export function renderGpus(data: ReportData): Markup {
  if (data.gpus.length === 0) return html``;
  const cost = sum(data.gpus, (row) => row.cost);
  const inactive = sum(data.gpus, (row) => inactiveCost(row) ?? 0);
  const unmeasured = data.gpus.some((row) => row.usage === undefined);
  return html`<section>
    <h2>GPUs</h2>
    <p class="note">
      ${formatAmount(sum(data.gpus, (row) => row.gpuHours))} GPU-hours cost
      ${formatRoundMoney(cost, data.currency)} in ${windowName(data)};
      ${formatRoundMoney(inactive, data.currency)} of it (${formatShare(inactive / cost)},
      ${monthly(data, inactive)} a month) for time in which the engine was not
      active.${mark("gpu")}${unmeasured ? " GPUs whose use nothing measured are left out of that figure." : ""}
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Workload</th>
            <th class="text wide-only">Namespace</th>
            <th class="text wide-only">Model</th>
            <th class="wide-only">GPU-hours${inWindow(data)}</th>
            <th>Use${mark("gpu")}</th>
            <th>Cost${inWindow(data)}</th>
            <th>Inactive${mark("gpu")}${inWindow(data)}</th>
          </tr>
        </thead>
        <tbody>
          ${data.gpus.slice(0, ROWS_SHOWN).map((row) => gpuRow(row, data.currency))}
        </tbody>
      </table>
    </div>
    ${more(data.gpus.length, "workload")}
  </section> `;
}

function gpuRow(row: GpuUse, currency: string): Markup {
  const inactive = inactiveCost(row);
  return html`<tr>
    <th class="text" scope="row">${row.workload}</th>
    <td class="text wide-only">${row.namespace}</td>
    <td class="text wide-only">${row.model}</td>
    <td class="wide-only">${formatAmount(row.gpuHours)}</td>
    <td>${formatShare(row.usage)}</td>
    <td>${formatMoney(row.cost, currency)}</td>
    <td class="saving">${inactive === undefined ? NO_FIGURE : formatMoney(inactive, currency)}</td>
  </tr> `;
}

/** Volumes nothing mounts, dearest first. Nothing when there are none. */
export function renderVolumes(data: ReportData): Markup {
  if (data.volumes.length === 0) return html``;
  const total = sum(data.volumes, (row) => row.cost);
  const unclaimed = data.volumes.slice(0, ROWS_SHOWN).some((row) => row.namespace === undefined);
  return html`<section>
    <h2>Volumes nothing mounts</h2>
    <p class="note">
      Persistent volumes without a running pod${mark("unmounted")} cost ${monthly(data, total)} a
      month.${unclaimed ? ` For those with ${NO_FIGURE}, OpenCost names no claim that holds them.` : ""}
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Volume</th>
            <th class="text wide-only">Claim's namespace</th>
            <th>Average size</th>
            <th>Cost${A_MONTH}</th>
          </tr>
        </thead>
        <tbody>
          ${data.volumes.slice(0, ROWS_SHOWN).map(
            (row) =>
              html`<tr>
                <th class="text" scope="row">
                  ${row.volume}${data.clusters.length > 1 ? html` <small>${row.cluster}</small>` : undefined}
                </th>
                <td class="text wide-only">${row.namespace ?? NO_FIGURE}</td>
                <td>${averageSize(row)}</td>
                <td class="saving">${monthly(data, row.cost)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${more(data.volumes.length, "volume")}
  </section> `;
}

function averageSize(row: UnmountedVolume): string {
  return row.byteHours > 0 ? formatBytes(row.byteHours / row.hours) : NO_FIGURE;
}

function more(count: number, noun: string): Markup | undefined {
  const left = count - ROWS_SHOWN;
  return left > 0 ? html`<p class="note">And ${left} ${noun}${left === 1 ? "" : "s"} more.</p>` : undefined;
}

function sum<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
