import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n.js";
import { Icon } from "./button.js";

/**
 * @typedef {{id: string, label: string, icon: string}} Tab `label` is a key of the texts
 * @typedef {Tab & {load: import("./lazy.js").Load}} LoadedTab
 */

/**
 * Links to the parts of a screen; each has an address.
 * @param {{label: string, tabs: Tab[], current: string, href: (id: string) => string}} props
 */
export function Tabs({ label, tabs, current, href }) {
  const nav = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const tab = nav.current?.querySelector("[aria-current]");
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" }); // narrow screens don't show all
  }, [current]);
  return html`<nav ref=${nav} class="tabs" aria-label=${label}>
    ${tabs.map(
      (tab) =>
        html`<a href=${href(tab.id)} class="tab" aria-current=${tab.id === current ? "page" : undefined}>
          <${Icon} name=${tab.icon} /><span>${t(tab.label)}</span>
        </a>`,
    )}
  </nav>`;
}
