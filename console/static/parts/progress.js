import { html } from "htm/preact";

/**
 * A bar; without a value it shows that something goes on.
 * @param {{label: string, value?: number | null}} props `value` in percent
 */
export function Progress({ label, value = null }) {
  return html`<div
    class=${`progress ${value === null ? "indefinite" : ""}`}
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${value === null ? undefined : Math.round(value)}
  >
    <div class="progress-bar" style=${value === null ? {} : { width: `${value}%` }}></div>
  </div>`;
}
