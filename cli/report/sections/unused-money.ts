import { html, type Content, type Markup } from "../html.ts";
import type { GpuUse, ReportData } from "../report-data.ts";
import { share } from "./cells.ts";
import { mark, type NoteName } from "./notes.ts";
import { A_MONTH, monthly } from "./time-basis.ts";

/** Something paid for that nothing used. The parts do not overlap. */
export interface Waste {
  readonly title: string;
  /** Within a sentence. */
  readonly phrase: string;
  readonly note: NoteName;
  /** In the window. */
  readonly cost: number;
  /** What lowers it. */
  readonly remedy: string;
}

/** What the window paid for and nothing used, dearest first; nothing that cost nothing. */
export function wasteOf({ headline, gpus }: ReportData): Waste[] {
  const parts: Waste[] = [
    {
      title: "Idle capacity",
      phrase: "idle capacity",
      note: "idle",
      cost: headline.byKind.idle,
      remedy: "fewer or smaller nodes",
    },
    {
      title: "Unused requests",
      phrase: "unused requests",
      note: "unused",
      cost: headline.unusedCost,
      remedy: "lower requests",
    },
    {
      title: "Inactive GPUs",
      phrase: "inactive GPUs",
      note: "gpu",
      cost: gpus.reduce((sum, row) => sum + (inactiveCost(row) ?? 0), 0),
      remedy: "share GPUs, or release them between jobs",
    },
    {
      title: "Unmounted volumes",
      phrase: "unmounted volumes",
      note: "unmounted",
      cost: headline.byKind.unmounted,
      remedy: "delete what is not missed",
    },
  ];
  return parts.filter(({ cost }) => cost > 0).sort((a, b) => b.cost - a.cost);
}

/** What a GPU cost while its engine was not active; undefined when nothing measured it. */
export function inactiveCost(row: GpuUse): number | undefined {
  return row.usage === undefined ? undefined : row.cost * (1 - Math.min(1, row.usage));
}

/** Where the money goes that nothing used, ranked, all of it a month. */
export function renderUnusedMoney(data: ReportData): Markup {
  const parts = wasteOf(data);
  if (parts.length === 0) return html``;
  const { totalCost, potentialSaving } = data.headline;
  const row = (name: Content, cost: number, remedy: string): Markup =>
    html`<tr>
      ${name}
      <td class="saving">${monthly(data, cost)}</td>
      <td>${share(cost / totalCost)}</td>
      <td class="text wide-only">${remedy}</td>
    </tr> `;
  return html`<section>
    <h2>Where money goes unused</h2>
    <p class="note">
      Paid for and used by nothing, the largest first. The shares are of the whole cost; head-room is part of
      every one of them.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="text">For</th>
            <th>Cost${A_MONTH}</th>
            <th>Share</th>
            <th class="text wide-only">What lowers it</th>
          </tr>
        </thead>
        <tbody>
          ${parts.map(
            (part) =>
              html`${row(
                html`<th class="text" scope="row">${part.title}${mark(part.note)}</th>`,
                part.cost,
                part.remedy,
              )}${part.note === "unused" ? row(html`<td class="text part">of it, by rightsizing${mark("saving")}</td>`, potentialSaving, "requests at the measured need") : undefined}`,
          )}
        </tbody>
      </table>
    </div>
  </section> `;
}
