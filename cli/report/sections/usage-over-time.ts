import { stepLines, type HourPoint } from "../charts/step-lines.ts";
import { formatAmount } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { ReportData } from "../report-data.ts";
import { mark } from "./notes.ts";

const GIB = 2 ** 30;

/** CPU and memory requested against used, by hour. */
export function renderUsageOverTime(data: ReportData): Markup {
  const cpu = data.usage.map((row) => ({ hour: row.hour, upper: row.cpuRequested, lower: row.cpuUsed }));
  const memory = data.usage.map((row) => ({
    hour: row.hour,
    upper: row.memoryRequested / GIB,
    lower: row.memoryUsed / GIB,
  }));
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
        ${chart(data, "CPU requested and used, in cores", cpu)}
      </div>
      <div>
        <h3>Memory, GiB</h3>
        ${chart(data, "Memory requested and used, in GiB", memory)}
      </div>
    </div>
  </section> `;
}

function chart(data: ReportData, title: string, points: readonly HourPoint[]): Markup {
  return stepLines({
    title,
    upperName: "requested",
    lowerName: "used",
    ...data.window,
    points,
    formatValue: formatAmount,
  });
}
