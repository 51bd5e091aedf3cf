import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { t } from "../../../../i18n.js";
import { edgesOf, lanesOf, snapped, timecode } from "../../../../timeline/display.js";
import { MIN_SECONDS, actionsOf, clipsInOrder } from "../../../../timeline/editor-state.js";
import { sceneThumbnail } from "../../../../urls.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../player/player.js").Player} Player
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {"move"|"start"|"end"} Grip
 */

const SNAP = 8; // pixels
const CLICK = 3; // pixels that a pointer moves at least in a drag
const TICKS = 80; // pixels between two labels at least
const STEPS = [0.5, 1, 2, 5, 10, 30, 60]; // seconds between two labels
/** @type {import("../../../../timeline/editor-state.js").TrackName[]} */
const ROWS = ["videoTrack", "textTrack", "imageTrack", "audioTrack"];

/**
 * The tracks, with everything at its time.
 * @param {{editor: Editor, player: Player, zoom: import("./zoom.js").Zoom}} props
 */
export function Timeline({ editor, player, zoom }) {
  const scale = zoom.scale.value;
  const length = Math.max(player.end.value, 5) + 2;
  const goTo = (/** @type {PointerEvent} */ event) => {
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    player.seek((event.clientX - box.left) / scale);
  };
  const scroll = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => {
    zoom.width.value = (scroll.current?.clientWidth ?? 0) - 24;
  }, []);
  return html`<section class="strip" aria-label=${t("edit.timeline")}>
    <div class="strip-scroll" tabindex="-1" ref=${scroll}>
      <div class="strip-content" style=${{ width: `${length * scale}px` }}>
        <${Ruler} ...${{ editor, player, scale, length, goTo }} />
        ${ROWS.map((row) => html`<${Row} key=${row} ...${{ row, editor, player, scale }} />`)}
        <${Playhead} ...${{ player, scale }} />
      </div>
    </div>
  </section>`;
}

/** @param {{player: Player, scale: number}} props */
function Playhead({ player, scale }) {
  return html`<div class="playhead" style=${{ transform: `translateX(${player.time.value * scale}px)` }}></div>`;
}

/**
 * @param {{editor: Editor, player: Player, scale: number, length: number, goTo: (event: PointerEvent) => void}} props
 */
function Ruler({ editor, player, scale, length, goTo }) {
  const ticks = useMemo(() => ticksOf(scale, length), [scale, length]); // not at each frame
  const { rate } = editor.model.value.plan;
  return html`<div
    class="ruler"
    role="slider"
    tabindex="0"
    aria-label=${t("edit.time")}
    aria-valuemin="0"
    aria-valuemax=${player.end.value}
    aria-valuenow=${Math.round(player.time.value * 100) / 100}
    aria-valuetext=${timecode(player.time.value, rate)}
    onPointerDown=${(/** @type {any} */ event) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      goTo(event);
    }}
    onPointerMove=${(/** @type {PointerEvent} */ event) => event.buttons && goTo(event)}
  >
    ${ticks}
  </div>`;
}

/** @param {number} scale @param {number} length */
function ticksOf(scale, length) {
  const step = STEPS.find((each) => each * scale >= TICKS) ?? 60;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, number) => {
    const tick = number * step;
    return html`<span style=${{ left: `${tick * scale}px` }}>${tick}s</span>`;
  });
}

/**
 * @param {{row: import("../../../../timeline/editor-state.js").TrackName, editor: Editor, player: Player, scale: number}} props
 */
function Row({ row, editor, player, scale }) {
  const state = editor.placed.value;
  const actions = row === "videoTrack" ? clipsInOrder(state) : actionsOf(state, row);
  if (row !== "videoTrack" && actions.length === 0) return null;
  const lanes = lanesOf(actions);
  const count = Math.max(...lanes, 0) + 1;
  const deselect = (/** @type {Event} */ event) => {
    if (event.target === event.currentTarget) editor.selection.value = null;
  };
  return html`<div
    class=${`row ${row}`}
    style=${{ "--lanes": count }}
    role="group"
    aria-label=${t(`edit.tracks.${row}`)}
    onClick=${deselect}
  >
    ${actions.map(
      (action, index) =>
        html`<${Item} key=${action.id} lane=${lanes[index]} ...${{ row, action, editor, player, scale }} />`,
    )}
  </div>`;
}

/**
 * An item that can be dragged, by its middle or its ends; the inspector has fields for the same.
 * @param {{row: string, action: Action, lane: number, editor: Editor, player: Player, scale: number}} props
 */
function Item({ row, action, lane, editor, player, scale }) {
  const drag = useRef(/** @type {{grip: Grip, x: number, moved: boolean}|null} */ (null));
  const by = useSignal(0);
  const { id, start, end } = action;
  const isClip = row === "videoTrack";
  const thumbnail = isClip && sceneThumbnail(editor.document.value.value, action.sceneIndex);
  const moved = drag.current?.grip === "move" ? by.value : 0;

  const begin = (/** @type {any} */ event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { grip: event.target.dataset.grip ?? "move", x: event.clientX, moved: false };
    editor.selection.value = id;
  };
  const move = (/** @type {PointerEvent} */ event) => {
    const { current } = drag;
    if (!current) return;
    const pixels = event.clientX - current.x;
    if (!current.moved && Math.abs(pixels) < CLICK) return;
    current.moved = true;
    by.value = snappedBy(editor, player, action, current.grip, pixels / scale, SNAP / scale);
  };
  const finish = () => {
    const { current } = drag;
    drag.current = null;
    if (current?.moved) applyDrag(editor, row, action, current.grip, by.value);
    by.value = 0;
  };
  const grip = drag.current?.grip;
  const edges = {
    start: start + (grip === "start" ? by.value : moved),
    end: end + (grip === "end" ? by.value : moved),
  };
  const classes = ["item", editor.selection.value === id && "selected", by.value !== 0 && "dragged"];
  return html`<button
    type="button"
    class=${classes.filter(Boolean).join(" ")}
    style=${{ "--lane": lane, left: `${edges.start * scale}px`, width: `${Math.max((edges.end - edges.start) * scale, 6)}px` }}
    aria-label=${isClip ? labelOf(editor, row, action) : undefined}
    aria-pressed=${editor.selection.value === id}
    onClick=${() => (editor.selection.value = id)}
    onPointerDown=${begin}
    onPointerMove=${move}
    onPointerUp=${finish}
    onPointerCancel=${() => ((drag.current = null), (by.value = 0))}
  >
    ${thumbnail && html`<img src=${thumbnail} alt="" draggable="false" loading="lazy" />`}
    <span class="grip" data-grip="start"></span>
    <span class="label" dir="auto">${isClip ? action.sceneIndex + 1 : labelOf(editor, row, action)}</span>
    ${isClip && action.transitionType && action.transitionType !== "cut" && html`<span class="transition" title=${action.transitionType}></span>`}
    <span class="grip" data-grip="end"></span>
  </button>`;
}

/**
 * @param {Editor} editor
 * @param {Player} player
 * @param {Action} action
 * @param {Grip} grip
 * @param {number} by
 * @param {number} tolerance
 */
function snappedBy(editor, player, action, grip, by, tolerance) {
  const edges = [...edgesOf(editor.model.peek()), player.time.peek()];
  const times = edges.filter((each) => each !== action.start && each !== action.end);
  const from = grip === "end" ? action.end : action.start;
  const first = snapped(from + by, times, tolerance) - from;
  if (grip !== "move" || first !== by) return Math.max(first, grip === "end" ? -Infinity : -from);
  return Math.max(snapped(action.end + by, times, tolerance) - action.end, -from);
}

/** @param {Editor} editor @param {string} row @param {Action} action @param {Grip} grip @param {number} by */
function applyDrag(editor, row, action, grip, by) {
  const { id, start, end, trimStart = 0 } = action;
  if (row !== "videoTrack") {
    editor.changeItem(id, itemTimes(action, grip, by, row === "audioTrack"));
  } else if (grip === "move") {
    const middle = (start + end) / 2 + by;
    const others = clipsInOrder(editor.state.peek()).filter((clip) => clip.id !== id);
    const after = others.findLast((clip) => (clip.start + clip.end) / 2 < middle);
    editor.apply({ op: "move", clip: id, after: after?.id ?? null });
  } else {
    const cut = grip === "start" ? Math.max(by, -trimStart) : -by;
    const seconds = Math.max(end - start - cut, MIN_SECONDS);
    const from = grip === "start" && { from: trimStart + end - start - seconds };
    editor.apply({ op: "trim", clip: id, seconds, ...from });
  }
}

/**
 * The times of an item that was dragged. Music goes on as it did.
 * @param {Action} action @param {Grip} grip @param {number} by  seconds @param {boolean} isMusic
 */
function itemTimes({ start, end, trimStart = 0 }, grip, by, isMusic) {
  if (grip === "move") return { start: start + by, end: end + by };
  if (grip === "end") return { end: Math.max(end + by, start + MIN_SECONDS) };
  const earliest = isMusic ? Math.max(0, start - trimStart) : 0;
  const from = Math.max(earliest, Math.min(start + by, end - MIN_SECONDS));
  return { start: from, ...(isMusic && { from: trimStart + from - start }) };
}

/** @param {Editor} editor @param {string} row @param {Action} action */
function labelOf(editor, row, action) {
  const state = editor.state.value;
  if (row === "videoTrack") return t("edit.clip", { number: action.sceneIndex + 1 });
  if (row === "textTrack") return state.textOverlays?.[action.id]?.text || t("edit.emptyText");
  return t(row === "imageTrack" ? "edit.picture" : "edit.music");
}
