import { html } from "htm/preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n.js";
import { Icon } from "./button.js";

/**
 * @typedef {{id: string, label: string, icon: string}} Tab `label` is a key of the texts
 * @typedef {Tab & {load: import("./lazy.js").Load}} LoadedTab
 * @typedef {"done" | "running"} TabState
 * @typedef {{text: string, label: string}} TabNote  a number, and what it counts
 */

const ICONS = { done: "check", running: "loader-circle" };

/**
 * Links to the parts of a screen; each has an address. `states` and `notes` are those of tabs, by their ids.
 * @param {{label: string, tabs: Tab[], current: string, href: (id: string) => string,
 *   states?: Record<string, TabState>, notes?: Record<string, TabNote>}} props
 */
export function Tabs({ label, tabs, current, href, states = {}, notes = {} }) {
  const id = useId();
  const nav = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const tab = nav.current?.querySelector("[aria-current]");
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" }); // narrow screens don't show all
  }, [current]);
  return html`<nav ref=${nav} class="tabs" aria-label=${label}>
    ${tabs.map((tab) => {
      const state = states[tab.id];
      const note = notes[tab.id];
      const described = (state || note) && `${id}-${tab.id}`;
      return html`<a
          href=${href(tab.id)}
          class="tab"
          aria-current=${tab.id === current ? "page" : undefined}
          aria-describedby=${described}
        >
          <${Icon} name=${tab.icon} /><span>${t(tab.label)}</span>
          ${note && html`<span class="badge" aria-hidden="true" title=${note.label}>${note.text}</span>`}
          ${state && html`<${Icon} name=${ICONS[state]} class=${`tab-state ${state} ${state === "running" ? "spin" : ""}`} />`}
        </a>
        ${described && html`<span id=${described} hidden>${[state && t(`common.tabStates.${state}`), note?.label].filter(Boolean).join(", ")}</span>`}`;
    })}
  </nav>`;
}
