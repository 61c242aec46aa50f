import { hoursBetween, type Hour } from "../../../contract/hours.ts";
import { stackedBars, type Series } from "../charts/stacked-bars.ts";
import { formatInstant, formatMoney, formatRoundMoney, formatShare, formatTickMoney } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { HourlyCost, ReportData } from "../report-data.ts";

// Eight colours are about what a reader can tell apart; the smallest namespaces share the last.
const NAMESPACES_SHOWN = 8;

/** Cost of each hour by namespace, with what is idle on top. */
export function renderCostOverTime(data: ReportData): Markup {
  const series = groupHours(data.hourly);
  const present = new Set(data.hourly.map((row) => row.hour));
  const missing = new Set(
    hoursBetween(data.window.from, data.window.until).filter((hour) => !present.has(hour)),
  );
  const title = "Cost per hour by namespace";
  return html`<section>
    <h2>${title}</h2>
    <p class="note">
      Each bar is one hour, UTC. ${missing.size > 0 ? "Dashed columns are hours without data." : ""}
    </p>
    ${legend(series, data)}
    ${stackedBars({
      title,
      ...data.window,
      series,
      missing,
      formatValue: (value) => formatMoney(value, data.currency),
      formatTick: (value) => formatTickMoney(value, data.currency),
    })}
    ${hourTable(
      series,
      [...present].sort((a, b) => a - b),
      data,
    )}
  </section> `;
}

/** The colours of the chart: namespaces by falling cost, then what belongs to none. Exported for its tests. */
export function groupHours(hourly: readonly HourlyCost[]): Series[] {
  const byName = new Map<string, number>();
  for (const row of hourly) {
    if (row.kind === "workload") add(byName, nameOf(row), row.cost);
  }
  const ranked = [...byName].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([name]) => name);
  const own = ranked.length > NAMESPACES_SHOWN ? ranked.slice(0, NAMESPACES_SHOWN - 1) : ranked;
  const groups = new Map<string, { style: string; values: Map<Hour, number> }>();
  own.forEach((name, index) => groups.set(name, { style: `s${index + 1}`, values: new Map() }));
  const others = ranked.length - own.length;
  const othersName = `${others} other namespaces`;
  if (others > 0) groups.set(othersName, { style: `s${NAMESPACES_SHOWN}`, values: new Map() });
  groups.set(UNMOUNTED, { style: "unmounted", values: new Map() });
  groups.set(IDLE, { style: "idle", values: new Map() });
  for (const row of hourly) {
    const name = row.kind === "workload" ? nameOf(row) : row.kind === "idle" ? IDLE : UNMOUNTED;
    const group = groups.get(name) ?? groups.get(othersName);
    if (group) add(group.values, row.hour, row.cost);
  }
  return [...groups].map(([name, group]) => ({ name, ...group })).filter((series) => sum(series.values) > 0);
}

const IDLE = "Idle";
const UNMOUNTED = "Unmounted";

function nameOf(row: HourlyCost): string {
  return row.namespace ?? "(no namespace)";
}

function legend(series: readonly Series[], data: ReportData): Markup {
  return html`<ul class="legend">
    ${series.map(
      ({ name, style, values }) =>
        html`<li>
          <i class="${style}"></i>${name}
          <b>${formatRoundMoney(sum(values), data.currency)}</b>
          ${formatShare(sum(values) / data.headline.totalCost)}
        </li> `,
    )}
  </ul>`;
}

function hourTable(series: readonly Series[], hours: readonly Hour[], data: ReportData): Markup {
  const cell = (amount: number): string => formatMoney(amount, data.currency);
  return html`<details>
    <summary>The figures behind this chart</summary>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">Hour (UTC)</th>
            ${series.map(({ name }) => html`<th>${name}</th>`)}
            <th>Total</th>
          </tr>
        </thead>
        <tbody>
          ${hours.map(
            (hour) =>
              html`<tr>
                <td class="text">${formatInstant(hour)}</td>
                ${series.map(({ values }) => html`<td>${cell(values.get(hour) ?? 0)}</td>`)}
                <td>${cell(series.reduce((total, { values }) => total + (values.get(hour) ?? 0), 0))}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function add<K>(sums: Map<K, number>, key: K, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

function sum(values: ReadonlyMap<Hour, number>): number {
  return [...values.values()].reduce((total, value) => total + value, 0);
}
