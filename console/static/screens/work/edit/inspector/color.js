/** A colour, with its opacity, whatever notation of CSS it has: typed, or chosen by swatches and sliders. */

import { html } from "htm/preact";
import { useId, useRef, useState } from "preact/hooks";
import { place } from "../../../../components/menu.js";
import { t } from "../../../../i18n.js";
import { Whole } from "./parts.js";

const SWATCHES = ["#ffffff", "#d6d3d1", "#78716c", "#000000", "#ef4444", "#f97316", "#facc15", "#22c55e", "#06b6d4", "#3b82f6", "#8b5cf6", "#ec4899"];
const TYPED = /^#?([0-9a-f]{6})$/i;
const SHORT = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i;
/** The sliders, in the order of `Hsl`, and their ends. @type {[string, number][]} */
const SLIDERS = [["hue", 359], ["saturation", 100], ["lightness", 100]];

/** @typedef {[hue: number, saturation: number, lightness: number]} Hsl  degrees, and percent */

/** @type {CanvasRenderingContext2D | null} */
let canvas = null;

/**
 * @param {{label: string, value: string, set: (color: string) => void, opacity?: boolean}} props
 *   `opacity`: whether it can be changed
 */
export function ColorField({ label, value, set, opacity = false }) {
  const { color, percent } = partsOf(value);
  const setColor = (/** @type {string} */ next) => set(withOpacity(next, opacity ? percent : 100));
  const field = html`<${Typed} ...${{ label, color, set: setColor }} />`;
  if (!opacity) return field;
  return html`${field}
    <${Whole} label=${t("edit.opacity")} aria-label=${t("edit.look.opacityOf", { what: label })} unit="%" min="0" max="100"
      value=${percent} set=${(/** @type {number} */ next) => set(withOpacity(color, next))} />`;
}

/** @param {{label: string, color: string, set: (color: string) => void}} props */
function Typed({ label, color, set }) {
  const id = useId();
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const type = (/** @type {any} */ { target }) => {
    setTyped(target.value);
    const found = TYPED.exec(target.value.trim());
    if (found) set(`#${found[1].toLowerCase()}`);
  };
  const leave = () => {
    const found = SHORT.exec(typed?.trim() ?? "");
    if (found) set(`#${found.slice(1).map((digit) => digit + digit).join("").toLowerCase()}`);
    setTyped(null); // what is no colour is forgotten
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <span class="color-field">
      <${Picker} ...${{ label, color, set }} />
      <input id=${id} type="text" class="input" dir="ltr" maxlength="7" spellcheck=${false} autocomplete="off" value=${typed ?? color}
        onInput=${type} onChange=${leave} onBlur=${leave} />
    </span>
  </div>`;
}

/** A button that shows the colour, and opens what it is chosen by. @param {{label: string, color: string, set: (color: string) => void}} props */
function Picker({ label, color, set }) {
  const id = useId();
  /** @type {{current: HTMLButtonElement | null}} */
  const button = useRef(null);
  // What the sliders show, since grey has no hue. Null: it is closed.
  const [hsl, setHsl] = useState(/** @type {Hsl | null} */ (null));
  const toggle = (/** @type {any} */ { newState, currentTarget }) => {
    if (newState !== "open") return;
    const { left, top, height } = /** @type {HTMLElement} */ (button.current).getBoundingClientRect();
    place(currentTarget, new DOMRect(left, top, 0, height));
    currentTarget.querySelector("input").focus();
  };
  const choose = (/** @type {string} */ next) => {
    setHsl(toHsl(next));
    set(next);
  };
  const slide = (/** @type {Hsl} */ next) => {
    setHsl(next);
    set(toHex(next));
  };
  const name = t("edit.colors.choose", { what: label });
  return html`<button ref=${button} type="button" class="swatch" style=${`--color:${color}`} popovertarget=${id} aria-label=${name} title=${name}></button>
    <div id=${id} class="menu color-picker" popover role="group" aria-label=${name} onToggle=${toggle}
      onBeforeToggle=${(/** @type {any} */ { newState }) => setHsl(newState === "open" ? toHsl(color) : null)}>
      ${hsl && SLIDERS.map(([part, most], index) => html`<${Slider} key=${part} ...${{ part, most, hsl, index, slide }} />`)}
      ${hsl && html`<div class="swatches">
        ${SWATCHES.map((each) => html`<button key=${each} type="button" class="swatch" style=${`--color:${each}`} aria-label=${each} title=${each}
          aria-pressed=${each === color} onClick=${() => choose(each)}></button>`)}
      </div>`}
    </div>`;
}

/** @param {{part: string, most: number, hsl: Hsl, index: number, slide: (hsl: Hsl) => void}} props */
function Slider({ part, most, hsl, index, slide }) {
  const [hue, saturation] = hsl;
  return html`<label>
    <span>${t(`edit.colors.${part}`)}</span>
    <input type="range" class=${part} min="0" max=${most} value=${hsl[index]} style=${`--hue:${hue};--saturation:${saturation}%`}
      onInput=${(/** @type {any} */ { target }) => slide(/** @type {Hsl} */ (hsl.with(index, Number(target.value))))} />
  </label>`;
}

/**
 * Return a colour without its opacity, as `#rrggbb`, and its opacity.
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
  return { color: hexOf([red, green, blue]), percent: Math.round(alpha * 100) };
}

/** @param {string} color  #rrggbb @param {number} percent */
function withOpacity(color, percent) {
  if (percent >= 100) return color;
  return color + Math.round(percent * 2.55).toString(16).padStart(2, "0");
}

/** @param {number[]} channels  0 to 255 */
const hexOf = (channels) => `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;

/** @param {Hsl} hsl */
export function toHex([hue, saturation, lightness]) {
  const [s, l] = [saturation / 100, lightness / 100];
  const channel = (/** @type {number} */ shift) => {
    const at = (shift + hue / 30) % 12;
    return 255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(at - 3, 9 - at, 1)));
  };
  return hexOf([channel(0), channel(8), channel(4)]);
}

/** @param {string} color  #rrggbb @returns {Hsl} */
export function toHsl(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const [range, lightness] = [most - least, (most + least) / 2];
  if (range === 0) return [0, 0, Math.round(lightness * 100)];
  const sector = { [blue]: (red - green) / range + 4, [green]: (blue - red) / range + 2, [red]: (green - blue) / range }[most];
  const saturation = range / (1 - Math.abs(2 * lightness - 1));
  return [Math.round(sector * 60 + 360) % 360, Math.round(saturation * 100), Math.round(lightness * 100)];
}
