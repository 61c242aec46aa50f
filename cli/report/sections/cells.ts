import { formatShare } from "../format.ts";
import { html, type Content, type Markup } from "../html.ts";

/** `before → after` */
export function change(before: Content, after: Content): Markup {
  return html`${before} <span class="arrow">→</span> ${after}`;
}

/** A share as text and as a small bar, which narrow screens leave out. */
export function share(part: number): Markup {
  const width = Number.isFinite(part) ? Math.round(Math.min(1, Math.max(0, part)) * 100) : 0;
  return html`${formatShare(part)}<span class="bar"><i style="width:${width}%"></i></span>`;
}
