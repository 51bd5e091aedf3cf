/** How a clip plays: its speed, and its sound; the fades of the music. */

import { html } from "htm/preact";
import { Button, IconButton } from "../../../../components/button.js";
import { formatNumber, t } from "../../../../i18n.js";
import { MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED } from "../../../../timeline/operations/index.js";
import { FREEZE, NORMAL_SPEED, speedOf } from "../../../../timeline/placed-clips.js";
import { isMuted, toggleMute } from "../clip-actions.js";
import { mediaOf } from "../timeline/clip-media.js";
import { Numeric, Seconds } from "./parts.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

const PRESETS = [0.5, NORMAL_SPEED, 1.5, 2];
const STEPS = 20; // of the slider, from one speed to the double one
const LOUDEST = MAX_CLIP_VOLUME * 100; // percent

/** The speed and the sound of a clip that has them. @param {{editor: Editor, clip: Action}} props */
export function PlayingFields({ editor, clip }) {
  const { seconds, soundSeconds } = mediaOf(editor, clip);
  if (seconds === null) return null;
  const isHeard = (soundSeconds ?? null) !== null && speedOf(clip) !== FREEZE;
  return html`<${SpeedField} ...${{ editor, clip }} />
    ${isHeard && html`<${VolumeField} ...${{ editor, clip }} />`}
    ${isHeard && html`<${Fades} action=${clip} set=${setter(editor, clip)} />`}`;
}

/**
 * How long the sound of a clip, or the music, fades.
 * @param {{action: Action, set: (field: string) => (value: any) => void}} props
 */
export function Fades({ action, set }) {
  const { start, end, fadeIn = 0, fadeOut = 0 } = action;
  const longest = end - start;
  return html`<div class="pair">
    <${Seconds} label=${t("edit.fadeIn")} value=${fadeIn} max=${Math.max(longest, fadeIn)} set=${set("fadeIn")} />
    <${Seconds} label=${t("edit.fadeOut")} value=${fadeOut} max=${Math.max(longest, fadeOut)} set=${set("fadeOut")} />
  </div>`;
}

/** @param {{editor: Editor, clip: Action}} props */
function SpeedField({ editor, clip }) {
  const speed = speedOf(clip);
  const isStill = speed === FREEZE;
  const set = setter(editor, clip)("speed");
  return html`<div class="stack speed">
    <${SliderField} label=${t("edit.speed")} unit="×" ...${{ editor, set }} value=${isStill ? null : speed}
      min=${MIN_SPEED} max=${MAX_SPEED} step="0.05" position=${stepOf(isStill ? NORMAL_SPEED : speed)} valueAt=${speedAt}
      range=${[stepOf(MIN_SPEED), stepOf(MAX_SPEED)]} told=${isStill ? t("edit.still") : times(speed)}
      operation=${(/** @type {number} */ value) => ({ op: "clip", clip: clip.id, speed: value })} />
    ${isStill && html`<p class="hint">${t("edit.stillHint")}</p>`}
    <div class="actions presets" role="group" aria-label=${t("edit.speed")}>
      ${PRESETS.map(
        (preset) =>
          html`<${Button} small kind="quiet" aria-pressed=${preset === speed} onClick=${() => set(preset)}>${times(preset)}<//>`,
      )}
    </div>
  </div>`;
}

/** @param {{editor: Editor, clip: Action}} props */
function VolumeField({ editor, clip }) {
  const percent = Math.round((clip.volume ?? 1) * 100);
  const muted = isMuted(clip);
  const set = (/** @type {number} */ value) => setter(editor, clip)("volume")(value / 100);
  return html`<${SliderField} label=${t("edit.volumeOfClip")} unit="%" ...${{ editor, set }} value=${percent}
    min="0" max=${LOUDEST} step="1" position=${percent} valueAt=${(/** @type {number} */ value) => value}
    range=${[0, LOUDEST]} told=${`${percent} %`}
    operation=${(/** @type {number} */ value) => ({ op: "clip", clip: clip.id, volume: value / 100 })}>
    <${IconButton} icon=${muted ? "volume-x" : "volume-2"} label=${t(muted ? "edit.unmuteClip" : "edit.muteClip")}
      aria-pressed=${muted} onClick=${() => toggleMute(editor, clip)} />
  <//>`;
}

/**
 * A slider, which shows what would be while it is pulled, with its number behind it.
 * @param {{editor: Editor, label: string, set: (value: number) => void, position: number, range: number[],
 *   told: string, valueAt: (position: number) => number, operation: (value: number) => any, children?: any,
 *   value: number | null, [attribute: string]: any}} props
 */
export function SliderField({ editor, label, set, position, range, told, valueAt, operation, children, value, ...rest }) {
  const valueOf = (/** @type {any} */ event) => valueAt(Number(event.target.value));
  return html`<div class="slider-field">
    <input type="range" aria-label=${label} aria-valuetext=${told} min=${range[0]} max=${range[1]} step="1" value=${position}
      onInput=${(/** @type {any} */ event) => editor.preview([operation(valueOf(event))])}
      onChange=${(/** @type {any} */ event) => set(valueOf(event))} />
    <${Numeric} ...${{ label, value, set }} ...${rest} />
    ${children}
  </div>`;
}

/**
 * A slider of a field of a text or a picture over the video.
 * @param {{editor: Editor, kind: "text"|"picture", id: string, field: string, label: string, value: number, range: number[],
 *   unit?: string, factor?: number, steps?: number, [attribute: string]: any}} props
 *   `value` and `range` are as shown, `factor` times what is stored; `steps`: of the slider, to one
 */
export function OverlaySlider({ editor, kind, id, field, value, range, unit = "", factor = 1, steps = 1, ...rest }) {
  const position = Math.round(Math.max(range[0], Math.min(value, range[1])) * steps);
  return html`<${SliderField} min=${range[0]} max=${range[1]} step=${1 / steps} ...${rest} ...${{ editor, unit, value, position }}
    range=${range.map((each) => each * steps)} told=${`${formatNumber(value)} ${unit}`}
    valueAt=${(/** @type {number} */ at) => at / steps}
    set=${(/** @type {number} */ shown) => editor.changeItem(id, { [field]: shown / factor }, `${id}.${field}`)}
    operation=${(/** @type {number} */ shown) => ({ op: kind, id, [field]: shown / factor })} />`;
}

/** Functions that change fields of how a clip plays. @param {Editor} editor @param {Action} clip */
const setter = (editor, { id }) => (/** @type {string} */ field) => (/** @type {any} */ value) =>
  editor.apply({ op: "clip", clip: id, [field]: value }, `${id}.${field}`);

/** @param {number} speed */
const times = (speed) => `${formatNumber(speed)}×`;

/** Where the slider is at a speed: as far from half to normal as from normal to double. @param {number} speed */
const stepOf = (speed) => Math.round(Math.log2(speed) * STEPS);

/** The speed where the slider is, in twentieths. @param {number} step */
const speedAt = (step) => Math.min(MAX_SPEED, Math.max(MIN_SPEED, Math.round(2 ** (step / STEPS) * 20) / 20));
