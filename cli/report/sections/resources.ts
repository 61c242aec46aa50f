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
import { perMonth } from "./overview.ts";

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
            <th>Workloads</th>
            <th>Idle${mark("idle")}</th>
            <th>Unmounted${mark("unmounted")}</th>
            <th>Total</th>
            <th>Share</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => {
            const total = row.workload + row.idle + row.unmounted;
            return html`<tr>
              <th class="text" scope="row">${row.resource}</th>
              <td>${money(row.workload)}</td>
              <td>${money(row.idle)}</td>
              <td>${money(row.unmounted)}</td>
              <td>${money(total)}</td>
              <td>${formatShare(total / data.headline.totalCost)}</td>
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
  const unused = sum(data.gpus, unusedCost);
  const unmeasured = data.gpus.some((row) => row.usage === undefined);
  return html`<section>
    <h2>GPUs</h2>
    <p class="note">
      ${formatAmount(sum(data.gpus, (row) => row.gpuHours))} GPU-hours cost
      ${formatRoundMoney(cost, data.currency)}; ${formatRoundMoney(unused, data.currency)} of it
      (${formatShare(unused / cost)}) for time in which the engine was not
      active.${mark("gpu")}${unmeasured ? " GPUs whose use nothing measured are left out of that figure." : ""}
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Workload</th>
            <th class="text">Namespace</th>
            <th class="text">Model</th>
            <th>GPU-hours</th>
            <th>Use${mark("gpu")}</th>
            <th>Cost</th>
            <th>For inactive time</th>
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
  return html`<tr>
    <th class="text" scope="row">${row.workload}</th>
    <td class="text">${row.namespace}</td>
    <td class="text">${row.model}</td>
    <td>${formatAmount(row.gpuHours)}</td>
    <td>${formatShare(row.usage)}</td>
    <td>${formatMoney(row.cost, currency)}</td>
    <td>${row.usage === undefined ? NO_FIGURE : formatMoney(unusedCost(row), currency)}</td>
  </tr> `;
}

/** Volumes nothing mounts, dearest first. Nothing when there are none. */
export function renderVolumes(data: ReportData): Markup {
  if (data.volumes.length === 0) return html``;
  const monthly = (amount: number): string => formatRoundMoney(perMonth(data, amount), data.currency);
  const total = sum(data.volumes, (row) => row.cost);
  return html`<section>
    <h2>Volumes nothing mounts</h2>
    <p class="note">
      Persistent volumes without a running pod${mark("unmounted")} cost ${formatMoney(total, data.currency)}
      in this window, ${monthly(total)} a month.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Volume</th>
            <th class="text">Claim's namespace</th>
            <th>Average size</th>
            <th>Cost</th>
            <th>Cost a month</th>
          </tr>
        </thead>
        <tbody>
          ${data.volumes.slice(0, ROWS_SHOWN).map(
            (row) =>
              html`<tr>
                <th class="text" scope="row">
                  ${row.volume}${data.clusters.length > 1 ? html` <small>${row.cluster}</small>` : undefined}
                </th>
                <td class="text">${row.namespace ?? "bound to no claim"}</td>
                <td>${averageSize(row)}</td>
                <td>${formatMoney(row.cost, data.currency)}</td>
                <td>${monthly(row.cost)}</td>
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

function unusedCost(row: GpuUse): number {
  return row.usage === undefined ? 0 : row.cost * (1 - Math.min(1, row.usage));
}

function more(count: number, noun: string): Markup | undefined {
  const left = count - ROWS_SHOWN;
  return left > 0 ? html`<p class="note">And ${left} ${noun}${left === 1 ? "" : "s"} more.</p>` : undefined;
}

function sum<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
