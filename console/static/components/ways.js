import { html } from "htm/preact";
import { t } from "../i18n.js";

/** The ways to a first video: from photos, from clips, from an idea. */
export const WAYS = ["film", "clips", "brief"];

/**
 * The ways as cards, each with a short film of what becomes of it, and what it needs; `card` makes one
 * of a way and its content.
 * @param {{card: (way: string, content: any) => any}} props
 */
export function Ways({ card }) {
  return html`<div class="ways">
    ${WAYS.map((way) => {
      const content = html`<span class=${`way-film ${way}`}></span>
        <span class="way-text"><strong>${t(`ways.${way}`)}</strong> <span class="note">${t(`ways.${way}Needs`)}</span></span>`;
      return card(way, content);
    })}
  </div>`;
}
