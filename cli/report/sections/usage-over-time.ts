import { stepLines, type HourPoint } from "../charts/step-lines.ts";
import { formatAmount } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { ReportData } from "../report-data.ts";
import { mark } from "./notes.ts";

const GIB = 2 ** 30;

/** CPU and memory allocated against used, by hour. */
export function renderUsageOverTime(data: ReportData): Markup {
  const cpu = data.usage.map((row) => ({ hour: row.hour, upper: row.cpuAllocated, lower: row.cpuUsed }));
  const memory = data.usage.map((row) => ({
    hour: row.hour,
    upper: row.memoryAllocated / GIB,
    lower: row.memoryUsed / GIB,
  }));
  return html`<section>
    <h2>Allocated and used</h2>
    <p class="note">
      What workloads are charged for, the larger of request and usage, and what they used of
      it.${mark("usage")} Between the lines is what is paid for and unused.
    </p>
    <ul class="legend">
      <li><i class="line s2"></i>allocated</li>
      <li><i class="line s1"></i>used</li>
    </ul>
    <div class="pair">
      <div>
        <h3>CPU, cores</h3>
        ${chart(data, "CPU allocated and used, in cores", cpu)}
      </div>
      <div>
        <h3>Memory, GiB</h3>
        ${chart(data, "Memory allocated and used, in GiB", memory)}
      </div>
    </div>
  </section> `;
}

function chart(data: ReportData, title: string, points: readonly HourPoint[]): Markup {
  return stepLines({
    title,
    upperName: "allocated",
    lowerName: "used",
    ...data.window,
    points,
    formatValue: formatAmount,
  });
}
