import { html } from "htm/preact";
import { Icon } from "./icon.js";

/**
 * What is shown where nothing is yet, and what to do about it.
 * @param {{icon: string, title: string, children?: any, actions?: any}} props
 */
export function Empty({ icon, title, children, actions }) {
  return html`<section class="empty">
    <span class="empty-icon"><${Icon} name=${icon} /></span>
    <h2>${title}</h2>
    ${children && html`<div class="prose">${children}</div>`}
    ${actions && html`<div class="actions">${actions}</div>`}
  </section>`;
}
