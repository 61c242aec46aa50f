import { formatInstant } from "./format.ts";
import { html, Markup } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { renderCostOverTime } from "./sections/cost-over-time.ts";
import { renderNamespaces } from "./sections/namespaces.ts";
import { renderNotes } from "./sections/notes.ts";
import { renderHeader, renderOverview } from "./sections/overview.ts";
import { renderQuality } from "./sections/quality.ts";
import { renderGpus, renderResources, renderVolumes } from "./sections/resources.ts";
import { renderUnusedMoney } from "./sections/unused-money.ts";
import { renderUsageOverTime } from "./sections/usage-over-time.ts";
import { renderWorkloads } from "./sections/workloads.ts";
import { STYLE } from "./style.ts";

/** The whole page: one file without scripts, that loads nothing and reads in light, dark, on a phone and on paper. */
export function renderPage(data: ReportData): string {
  const names = data.clusters.map((cluster) => cluster.name).join(", ");
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="robots" content="noindex" />
        <title>Container cost report: ${names}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${renderHeader(data)}${renderOverview(data)}${renderUnusedMoney(data)}${renderCostOverTime(data)}${renderUsageOverTime(data)}${renderNamespaces(data)}${renderWorkloads(data)}${renderResources(data)}${renderGpus(data)}${renderVolumes(data)}${renderQuality(data)}
          <footer>
            <h3>What the figures mean</h3>
            ${renderNotes()}
            <p>
              Written ${formatInstant(data.writtenAt)} UTC by ${data.writer}, from committed hours only. No
              data left this page and none is loaded by it.
            </p>
          </footer>
        </main>
      </body>
    </html> `.text;
}
