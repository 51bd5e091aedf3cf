/** What part of its picture a clip shows: its crop, and its motion. */

import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { t } from "../../../../i18n.js";
import { settingsOf } from "../../../../timeline/editor-state.js";
import { MIN_SHARE, MOTIONS } from "../../../../timeline/facts.js";
import { WHOLE, isWhole, motionOf, partSize } from "../../../../timeline/framing.js";
import { sourceOf } from "../../../../timeline/placed-clips.js";
import { Numeric, Section } from "./parts.js";
import { filling, moved, resized } from "./window-shapes.js";

// A small picture with a window in it that is moved and sized by pointer. Its numbers are in fields beside
// it, for keys and screen readers.

/**
 * @typedef {import("../../../../timeline/framing.js").Window} Window
 * @typedef {import("../../../../timeline/geometry.js").Size} Size
 *
 * @typedef {object} Picture
 * @property {import("../../../../timeline/placed-clips.js").Source} source
 * @property {number} at  seconds of the media
 * @property {Size|null} size  null before it is known
 * @property {(size: Size) => void} setSize
 *
 * @typedef {object} Drag
 * @property {Window} from
 * @property {string} corner  "": the whole window is moved
 * @property {number} x  client pixels
 * @property {number} y
 * @property {Window} last
 */

const CORNERS = ["nw", "ne", "sw", "se"];

/**
 * @param {{picture: Picture, part: Window, window: Window, set: (window: Window) => void,
 *   preview: (window: Window|null) => void, isScaled?: boolean}} props
 *   `part`: of the picture that is shown; `isScaled`: the window keeps its shape
 */
function WindowPad({ picture, part, window, set, preview, isScaled = false }) {
  const drag = useRef(/** @type {Drag|null} */ (null));
  const size = partSize(picture.size ?? { width: 16, height: 9 }, part);
  const cancel = () => {
    if (drag.current) preview(null);
    drag.current = null;
  };
  useEffect(() => {
    const leave = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || !drag.current) return;
      event.stopPropagation();
      cancel();
    };
    addEventListener("keydown", leave, { capture: true });
    return () => removeEventListener("keydown", leave, { capture: true });
  });
  const press = (/** @type {any} */ event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const corner = event.target.dataset.corner ?? "";
    drag.current = { from: window, corner, x: event.clientX, y: event.clientY, last: window };
  };
  const move = (/** @type {any} */ event) => {
    if (!drag.current) return;
    const pad = event.currentTarget.parentElement.getBoundingClientRect();
    const { from, corner, x, y } = drag.current;
    const by = { x: (event.clientX - x) / pad.width, y: (event.clientY - y) / pad.height };
    drag.current.last = corner ? resized(from, corner, by, isScaled) : moved(from, by);
    preview(drag.current.last);
  };
  const release = () => {
    const { last, from } = drag.current ?? {};
    drag.current = null;
    if (last && last !== from) set(last);
  };
  return html`<div class="window-pad" style=${{ "--shape": size.width / size.height }} aria-hidden="true">
    <${Media} ...${{ picture, part }} />
    <div class="window" style=${inPercent(window)} onPointerDown=${press} onPointerMove=${move} onPointerUp=${release}
      onPointerCancel=${cancel}>
      ${CORNERS.map((corner) => html`<span key=${corner} class=${`corner ${corner}`} data-corner=${corner}></span>`)}
    </div>
  </div>`;
}

/** @param {{picture: Picture, part: Window}} props */
function Media({ picture: { source, at, setSize }, part }) {
  const whole = { x: -part.x / part.width, y: -part.y / part.height, width: 1 / part.width, height: 1 / part.height };
  const style = inPercent(whole);
  if (!source.url) return null;
  if (source.seconds === null) {
    const note = (/** @type {any} */ { currentTarget: { naturalWidth, naturalHeight } }) =>
      setSize({ width: naturalWidth, height: naturalHeight });
    return html`<img src=${source.url} alt="" draggable=${false} style=${style} onLoad=${note} />`;
  }
  const note = (/** @type {any} */ { currentTarget: { videoWidth, videoHeight } }) =>
    setSize({ width: videoWidth, height: videoHeight });
  return html`<video src=${`${source.url}#t=${at}`} muted playsinline preload="metadata" style=${style} onLoadedMetadata=${note}></video>`;
}

/** @param {Window} window */
function inPercent({ x, y, width, height }) {
  return { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` };
}

// The numbers of a window of a picture, in percent.

/**
 * @typedef {{window: Window, set: (window: Window) => void}} Props
 */

/** A part of any shape: where it begins, and its sides. @param {Props} props */
function WindowFields({ window, set }) {
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
function ScaledFields({ window, set }) {
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

// The motions to choose from, each with a small picture that moves under the pointer and the focus.

const NAMES = ["none", ...Object.keys(MOTIONS), "custom"];
const CUSTOM = "zoomIn"; // what a motion of one's own begins as
const EXAGGERATED = 2.5; // how much more than the picture of the video the small ones move

/** @param {{name: string, motion: any, choose: (motion: any) => void}} props */
function MotionChoice({ name, motion, choose }) {
  const group = useId();
  const motionFor = (/** @type {string} */ each) => {
    if (each === "none") return null;
    if (each !== "custom") return { preset: each };
    const { begin, end } = motion ? motionOf(motion) : MOTIONS[CUSTOM];
    return { from: begin, to: end };
  };
  return html`<fieldset class="motions">
    <legend class="visually-hidden">${t("edit.framing.motion")}</legend>
    ${NAMES.map(
      (each) =>
        html`<label class="motion">
          <input type="radio" class="visually-hidden" name=${group} value=${each} checked=${each === name}
            onChange=${() => choose(motionFor(each))} />
          <span class="motion-picture" aria-hidden="true"><span style=${movement(MOTIONS[each])}></span></span>
          <span class="motion-name">${t(`edit.framing.motions.${each}`)}</span>
        </label>`,
    )}
  </fieldset>`;
}

/** @param {import("../../../../timeline/framing.js").Motion | undefined} motion */
function movement(motion) {
  return motion && { "--begin": transform(motion.begin), "--end": transform(motion.end) };
}

/** @param {Window} window */
function transform({ x, y, width }) {
  const share = 1 - (1 - width) * EXAGGERATED;
  const place = (/** @type {number} */ at) => (width < 1 ? (-at / (1 - width)) * (1 - share) * 100 : 0);
  return `scale(${1 / share}) translate(${place(x)}%, ${place(y)}%)`;
}

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

/** @param {{editor: Editor, clip: Action}} props */
export function FramingFields({ editor, clip }) {
  const [size, setSize] = useState(/** @type {import("../../../../timeline/geometry.js").Size | null} */ (null));
  const picture = {
    source: sourceOf(editor.sources.value, clip.assetId ?? clip.sceneIndex),
    at: clip.trimStart ?? 0,
    size,
    setSize,
  };
  return html`<${Crop} ...${{ editor, clip, picture }} /><${Motion} ...${{ editor, clip, picture }} />`;
}

/** @param {{editor: Editor, clip: Action, picture: Picture}} props */
function Crop({ editor, clip, picture }) {
  const { id } = clip;
  const crop = clip.crop ?? WHOLE;
  const operation = (/** @type {Window} */ next) => ({ op: "clip", clip: id, crop: isWhole(next) ? null : next });
  const set = (/** @type {Window} */ next) => editor.apply(operation(next), `${id}.crop`);
  const preview = (/** @type {Window|null} */ next) => editor.preview(next && [operation(next)]);
  const fill = () => picture.size && set(filling(picture.size, settingsOf(editor.state.peek()), crop));
  return html`<${Section} name="crop" title=${t("edit.framing.crop")} state=${isWhole(crop) ? t("edit.framing.whole") : percent(crop)}>
    <${WindowPad} ...${{ picture, part: WHOLE, window: crop, set, preview }} />
    <${WindowFields} window=${crop} set=${set} />
    <div class="actions">
      <${Button} small icon="maximize" disabled=${!picture.size} onClick=${fill}>${t("edit.framing.fill")}<//>
      <${Button} small icon="undo-2" disabled=${isWhole(crop)} onClick=${() => set(WHOLE)}>${t("edit.framing.reset")}<//>
    </div>
  <//>`;
}

/** @param {{editor: Editor, clip: Action, picture: Picture}} props */
function Motion({ editor, clip, picture }) {
  const { id, motion } = clip;
  const named = (/** @type {any} */ each) => t(`edit.framing.motions.${each ? (each.preset ?? "custom") : "none"}`);
  const choose = (/** @type {any} */ next) => {
    if (!editor.apply({ op: "clip", clip: id, motion: next })) return;
    editor.announce("chosen", { what: t("edit.framing.motion"), value: named(next) });
  };
  const name = motion ? (motion.preset ?? "custom") : "none";
  return html`<${Section} name="motion" title=${t("edit.framing.motion")} state=${named(motion)}>
    <${MotionChoice} ...${{ name, motion, choose }} />
    ${name === "custom" &&
    ["from", "to"].map((end) => html`<${End} key=${end} ...${{ editor, clip, picture, end }} />`)}
  <//>`;
}

/**
 * The window at the beginning or the end of a motion.
 * @param {{editor: Editor, clip: Action, picture: Picture, end: "from"|"to"}} props
 */
function End({ editor, clip: { id, crop, motion }, picture, end }) {
  const { begin, end: last } = motionOf(motion);
  const whole = { from: begin, to: last };
  const operation = (/** @type {Window} */ next) => ({ op: "clip", clip: id, motion: { ...whole, [end]: next } });
  const set = (/** @type {Window} */ next) => editor.apply(operation(next), `${id}.motion.${end}`);
  const preview = (/** @type {Window|null} */ next) => editor.preview(next && [operation(next)]);
  return html`<fieldset class="motion-end">
    <legend>${t(`edit.framing.${end}`)}</legend>
    <${WindowPad} ...${{ picture, part: crop ?? WHOLE, window: whole[end], set, preview, isScaled: true }} />
    <${ScaledFields} window=${whole[end]} set=${set} />
  </fieldset>`;
}

/** @param {Window} window */
function percent({ width, height }) {
  return t("edit.framing.sides", { width: Math.round(width * 100), height: Math.round(height * 100) });
}
