import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Icon } from "./icon.js";

/**
 * Links to the parts of a screen; each has an address.
 * @param {{label: string, tabs: import("../routes.js").Tab[], current: string,
 *   href: (id: string) => string}} props
 */
export function Tabs({ label, tabs, current, href }) {
  return html`<nav class="tabs" aria-label=${label}>
    ${tabs.map(
      (tab) =>
        html`<a href=${href(tab.id)} class="tab" aria-current=${tab.id === current ? "page" : undefined}>
          <${Icon} name=${tab.icon} /><span>${t(tab.label)}</span>
        </a>`,
    )}
  </nav>`;
}
