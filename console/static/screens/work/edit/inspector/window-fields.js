/** The numbers of a window of a picture, in percent. */

import { html } from "htm/preact";
import { t } from "../../../../i18n.js";
import { MIN_SHARE } from "../../../../timeline/facts.js";
import { Numeric } from "./number.js";

/**
 * @typedef {import("../../../../timeline/framing.js").Window} Window
 * @typedef {{window: Window, set: (window: Window) => void}} Props
 */

/** A part of any shape: where it begins, and its sides. @param {Props} props */
export function WindowFields({ window, set }) {
  const { x, y, width, height } = window;
  return html`<div class="pair">
      <${Percent} label=${t("edit.framing.x")} value=${x} max=${1 - width} set=${(/** @type {number} */ to) => set({ ...window, x: to })} />
      <${Percent} label=${t("edit.framing.y")} value=${y} max=${1 - height} set=${(/** @type {number} */ to) => set({ ...window, y: to })} />
    </div>
    <div class="pair">
      <${Percent} label=${t("edit.width")} value=${width} min=${MIN_SHARE}
        set=${(/** @type {number} */ to) => set({ ...window, width: to, x: Math.min(x, 1 - to) })} />
      <${Percent} label=${t("edit.height")} value=${height} min=${MIN_SHARE}
        set=${(/** @type {number} */ to) => set({ ...window, height: to, y: Math.min(y, 1 - to) })} />
    </div>`;
}

/** A part of the picture's shape: how much it is enlarged, and its place from edge to edge. @param {Props} props */
export function ScaledFields({ window, set }) {
  const { x, y, width } = window;
  const free = 1 - width;
  const place = (/** @type {number} */ at) => (free > 0 ? at / free : 0.5);
  const enlarge = (/** @type {number} */ zoom) => {
    const side = Math.min(1, Math.max(MIN_SHARE, 1 / zoom));
    set({ x: place(x) * (1 - side), y: place(y) * (1 - side), width: side, height: side });
  };
  const move = (/** @type {"x"|"y"} */ side) => (/** @type {number} */ to) => set({ ...window, [side]: to * free });
  return html`<div class="triple">
    <${Percent} label=${t("edit.framing.zoom")} value=${1 / width} min=${1} max=${1 / MIN_SHARE} set=${enlarge} />
    <${Percent} label=${t("edit.framing.x")} value=${place(x)} disabled=${free <= 0} set=${move("x")} />
    <${Percent} label=${t("edit.framing.y")} value=${place(y)} disabled=${free <= 0} set=${move("y")} />
  </div>`;
}

/**
 * A share, to the tenth of a percent.
 * @param {{label: string, value: number, set: (share: number) => void, min?: number, max?: number, [attribute: string]: any}} props
 */
function Percent({ label, value, set, min = 0, max = 1, ...rest }) {
  return html`<${Numeric} step="any" ...${rest} ...${{ label, unit: "%" }} min=${tenths(min)} max=${tenths(max)} value=${tenths(value)}
    set=${(/** @type {number} */ typed) => set(Math.min(typed / 100, max))} />`;
}

/** Return percent, without what floating point adds to them. @param {number} share */
function tenths(share) {
  return Math.round(share * 1000) / 10;
}
