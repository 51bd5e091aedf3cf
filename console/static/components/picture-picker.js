import { html } from "htm/preact";
import { useReadOnly } from "./access.js";
import { Icon } from "./button.js";

/**
 * Pictures to choose from.
 * @param {{assets: import("../state/assets.js").Asset[], selected: string[], isOrdered: boolean,
 *   onSelect: (ids: string[]) => void, most?: number}} props  `most` may be selected
 */
export function Picker({ assets, selected, isOrdered, onSelect, most = Infinity }) {
  const isReadOnly = useReadOnly();
  const shown = isReadOnly ? assets.filter(({ id }) => selected.includes(id)) : assets;
  const toggle = (/** @type {string} */ id) =>
    onSelect(selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id]);
  return html`<ul class="picker">
    ${shown.map((asset) => {
      const position = selected.indexOf(asset.id);
      return html`<li key=${asset.id}>
        <label class=${`pick ${position < 0 ? "" : "picked"}`} title=${asset.description ?? asset.name}>
          <input type="checkbox" checked=${position >= 0} disabled=${isReadOnly || (position < 0 && selected.length >= most)} onChange=${() => toggle(asset.id)} />
          <img src=${asset.thumbnail ?? asset.url} alt="" loading="lazy" decoding="async" />
          <span class="pick-mark">${position >= 0 && (isOrdered ? position + 1 : html`<${Icon} name="check" />`)}</span>
          <span class="pick-name" dir="auto">${asset.name}</span>
        </label>
      </li>`;
    })}
  </ul>`;
}
