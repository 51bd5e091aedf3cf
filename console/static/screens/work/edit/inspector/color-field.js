/** A colour with its opacity, whatever notation of CSS it has. */

import { html } from "htm/preact";
import { TextField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { Whole } from "./parts.js";

/** @type {CanvasRenderingContext2D | null} */
let canvas = null;

/**
 * @param {{label: string, value: string, set: (color: string) => void, opacity?: boolean}} props
 *   `opacity`: whether it can be changed
 */
export function ColorField({ label, value, set, opacity = false }) {
  const { color, percent } = partsOf(value);
  const field = html`<${TextField} type="color" label=${label} value=${color}
    onInput=${(/** @type {string} */ next) => set(withOpacity(next, opacity ? percent : 100))} />`;
  if (!opacity) return field;
  return html`${field}
    <${Whole} label=${t("edit.opacity")} aria-label=${t("edit.look.opacityOf", { what: label })} unit="%" min="0" max="100"
      value=${percent} set=${(/** @type {number} */ next) => set(withOpacity(color, next))} />`;
}

/**
 * Return a colour without its opacity, as fields for colours have it, and its opacity.
 * @param {string} value @returns {{color: string, percent: number}}
 */
function partsOf(value) {
  canvas ??= document.createElement("canvas").getContext("2d");
  if (!canvas) return { color: "#000000", percent: 100 };
  canvas.fillStyle = "#000000";
  canvas.fillStyle = value;
  const read = String(canvas.fillStyle); // #rrggbb, or rgba(r, g, b, a)
  if (read.startsWith("#")) return { color: read, percent: 100 };
  const [red, green, blue, alpha] = read.slice(5, -1).split(",").map(Number);
  const color = [red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("");
  return { color: `#${color}`, percent: Math.round(alpha * 100) };
}

/** @param {string} color  #rrggbb @param {number} percent */
function withOpacity(color, percent) {
  if (percent >= 100) return color;
  return color + Math.round(percent * 2.55).toString(16).padStart(2, "0");
}
