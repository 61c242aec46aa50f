import { formatShare } from "../format.ts";
import { html, type Content, type Markup } from "../html.ts";

/** `before → after` */
export function change(before: Content, after: Content): Markup {
  return html`${before} <span class="arrow">→</span> ${after}`;
}

/** A share as text and as a small bar. */
export function shareCell(share: number): Markup {
  const width = Number.isFinite(share) ? Math.round(Math.min(1, Math.max(0, share)) * 100) : 0;
  return html`<td>
    ${formatShare(share)}<span class="bar"><i style="width:${width}%"></i></span>
  </td>`;
}
