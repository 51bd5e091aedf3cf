/**
 * A small picture with a window in it that is moved and sized by pointer. Its numbers are in fields beside
 * it, for keys and screen readers.
 */

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { partSize } from "../../../../timeline/framing.js";
import { moved, resized } from "./window-shapes.js";

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
export function WindowPad({ picture, part, window, set, preview, isScaled = false }) {
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
