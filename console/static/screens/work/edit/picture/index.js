/**
 * What is over the picture is selected, moved, resized, turned and typed where it is shown.
 *
 */

import { effect, untracked } from "@preact/signals";
import { handleKey } from "../../../../player/shortcuts.js";
import { clipsInOrder, settingsOf } from "../../../../timeline/editor-state.js";
import { isWhole, partSize } from "../../../../timeline/framing.js";
import { fitted } from "../../../../timeline/geometry.js";
import { frameAt } from "../../../../timeline/model.js";
import { isByKey, isByTouch, menuPlace } from "../context-menu.js";
import { moved } from "../inspector/window-shapes.js";
import { Gestures } from "../timeline/gestures.js";
import {
  Handles,
  boxOf,
  changesOf,
  extentOf,
  frameOn,
  handleOf,
  moved as movedBox,
  overlayAt,
  overlayOf,
  resized,
  rotated,
} from "./handles.js";
import { PICTURE_KEYS, Typing } from "./typing.js";

/**
 * Drags of overlays and their handles: they are previewed, and one operation is their end.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../timeline/gestures.js").Drag} Drag
 * @typedef {import("../timeline/gestures.js").PointerPlace} PointerPlace
 * @typedef {import("./handles.js").Point} Point
 * @typedef {import("./handles.js").Overlay} Overlay
 */

/**
 * What boxes snap to: the middle of the frame, its thirds, its edges, and the areas that every screen
 * shows.
 *
 * @typedef {import("./handles.js").Box} Box
 * @typedef {import("../../../../timeline/geometry.js").Size} Size
 * @typedef {{axis: "x"|"y", at: number}} Line  pixels of the arranged frame, from its middle
 */

// Shares of the frame, from its middle: those for the middle of a box, and those for its sides.
const MIDDLES = [0, -1 / 6, 1 / 6];
const SAFE = [-0.45, 0.45, -0.4, 0.4]; // within 5 and 10 % of each edge
const SIDES = [...SAFE, -0.5, 0.5, -1 / 6, 1 / 6, 0];

/**
 * Return a box where it snaps to, and the lines that it lies on.
 * @param {Box} box @param {Size} frame @param {number} tolerance  pixels
 * @returns {{box: Box, lines: Line[]}}
 */
export function snappedBox(box, frame, tolerance) {
  const extent = extentOf(box);
  const x = snap(box.x, extent.width, frame.width, tolerance);
  const y = snap(box.y, extent.height, frame.height, tolerance);
  /** @type {Line[]} */
  const lines = [];
  if (x) lines.push({ axis: "x", at: x.at });
  if (y) lines.push({ axis: "y", at: y.at });
  return { box: { ...box, x: box.x + (x?.by ?? 0), y: box.y + (y?.by ?? 0) }, lines };
}

/**
 * Return how far away the nearest line is, and where: one for the middle comes before those for sides.
 * @param {number} middle @param {number} length @param {number} frame @param {number} tolerance
 */
function snap(middle, length, frame, tolerance) {
  const near = (/** @type {number[]} */ shares, /** @type {number} */ place) =>
    shares
      .map((share) => ({ at: share * frame, by: share * frame - place }))
      .filter(({ by }) => Math.abs(by) <= tolerance);
  const sides = [middle - length / 2, middle + length / 2].flatMap((side) => near(SIDES, side));
  const middles = near(MIDDLES, middle);
  const candidates = middles.length > 0 ? middles : sides;
  return candidates.sort((one, other) => Math.abs(one.by) - Math.abs(other.by)).at(0);
}

const TOLERANCE = 6; // pixels of the window
const LEAST = 12;

/**
 * @param {Editor} editor @param {HTMLElement} stage @param {import("./handles.js").Handles} handles
 * @param {Overlay} overlay @param {PointerEvent} from
 * @param {Point|"turn"|undefined} handle  undefined: the overlay itself
 * @returns {Drag}
 */
function overlayDrag(editor, stage, handles, overlay, from, handle) {
  const { area, factor } = frameOn(editor, stage);
  const { width, height } = settingsOf(editor.state.peek());
  const before = boxOf(editor, overlay);
  const toPoint = (/** @type {{x: number, y: number}} */ { x, y }) => ({
    x: (x - area.left - area.width / 2) / factor,
    y: (y - area.top - area.height / 2) / factor,
  });
  const start = toPoint({ x: from.clientX, y: from.clientY });
  /** @type {Record<string, number>|null} */
  let changes = null;
  const lines = (/** @type {Line[]} */ all) => {
    const { left, top } = stage.getBoundingClientRect();
    const shares = all.map(({ axis, at }) => ({ axis, at: 0.5 + at / (axis === "x" ? width : height) }));
    handles.showLines(shares, { left: area.left - left, top: area.top - top, width: area.width, height: area.height });
  };
  const boxAt = (/** @type {PointerPlace} */ place) => {
    const to = toPoint(place);
    const by = { x: to.x - start.x, y: to.y - start.y };
    if (handle === "turn") return rotated(before, start, to, { inSteps: place.isKept ?? false, isFree: place.isFree });
    if (handle) return resized(before, handle, by, { keepsShape: keepsShape(overlay, handle, place), least: LEAST / factor });
    const box = movedBox(before, by);
    if (place.isFree) return box;
    const snapped = snappedBox(box, { width, height }, TOLERANCE / factor);
    lines(snapped.lines);
    return snapped.box;
  };
  const end = () => lines([]);
  return {
    move: (place) => {
      end();
      changes = changesOf(editor, overlay, before, boxAt(place));
      editor.preview([{ op: overlay.kind, id: overlay.id, ...changes }]);
    },
    finish: () => {
      end();
      editor.preview(null);
      if (changes) editor.changeItem(overlay.id, changes);
    },
    cancel: () => {
      end();
      editor.preview(null);
    },
  };
}

/** @param {Overlay} overlay @param {Point} handle @param {PointerPlace} place */
function keepsShape({ kind, fields }, handle, { isKept = false }) {
  if (handle.x === 0 || handle.y === 0) return false;
  return kind === "text" || isKept || (fields.maintainAspectRatio ?? true);
}

/**
 * Two fingers on the picture make what is selected larger or smaller, around its middle.
 *
 */

/**
 * Let fingers do so on a stage; return how to end that.
 * @param {Editor} editor @param {HTMLElement} stage @param {() => void} begin  ends what one finger does
 */
function pinchOn(editor, stage, begin) {
  const start = (/** @type {TouchEvent} */ event) => {
    if (event.touches.length !== 2) return;
    const pinch = scaling(editor, stage, spanOf(event.touches));
    if (!pinch) return;
    event.preventDefault();
    begin();
    follow(event.touches, pinch);
  };
  stage.addEventListener("touchstart", start, { passive: false });
  return () => stage.removeEventListener("touchstart", start);
}

/**
 * Follow two touches until one ends. Their elements get the events, also when others take their place.
 * @param {TouchList} touches @param {{move: (span: number) => void, finish: () => void}} pinch
 */
function follow(touches, { move, finish }) {
  const stop = new AbortController();
  const { signal } = stop;
  const moved = (/** @type {any} */ event) => {
    event.preventDefault();
    if (event.touches.length === 2) move(spanOf(event.touches));
  };
  const end = () => {
    if (signal.aborted) return;
    stop.abort();
    finish();
  };
  for (const { target } of touches) {
    target.addEventListener("touchmove", moved, { signal, passive: false });
    target.addEventListener("touchend", end, { signal });
    target.addEventListener("touchcancel", end, { signal });
  }
}

/** Scale what is selected, if it is over the picture. @param {Editor} editor @param {HTMLElement} stage @param {number} from */
function scaling(editor, stage, from) {
  const overlay = overlayOf(editor, stage, editor.selection.peek());
  if (!overlay) return null;
  const before = boxOf(editor, overlay);
  /** @type {Record<string, number>|null} */
  let changes = null;
  return {
    move: (/** @type {number} */ span) => {
      const factor = span / from;
      changes = changesOf(editor, overlay, before, { ...before, width: before.width * factor, height: before.height * factor });
      editor.preview([{ op: overlay.kind, id: overlay.id, ...changes }]);
    },
    finish: () => {
      editor.preview(null);
      if (changes) editor.changeItem(overlay.id, changes);
    },
  };
}

/** @param {TouchList} touches */
const spanOf = ([one, other]) => Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));

/**
 * The picture of a cropped clip is moved under its crop, where the player shows it.
 *
 * @typedef {import("../../../../player/player.js").Player} Player
 * @typedef {import("../../../../timeline/framing.js").Window} Window
 */

/**
 * The crop of the selected clip, and how large its whole picture is in the frame; null if it has none, or is
 * not shown now.
 * @param {Editor} editor @param {Player} player
 * @returns {{id: string, crop: Window, width: number, height: number} | null}
 */
function shownCrop(editor, player) {
  const { model } = player;
  const id = editor.selection.value;
  const view = model && frameAt(model, player.time.value).views.find(({ clip }) => model.plan.clips[clip].clip.id === id);
  const crop = view && model.plan.clips[view.clip].clip.crop;
  const size = view && player.stage.deckOf(view.clip).size;
  if (!id || !view?.framing || !crop || isWhole(crop) || !size) return null;
  const { box } = fitted(partSize(size, crop), model.timeline.output, model.timeline.output.fit);
  const { window } = view.framing;
  return { id, crop, width: box.width / crop.width / window.width, height: box.height / crop.height / window.height };
}

/**
 * @param {Editor} editor @param {Player} player @param {HTMLElement} stage @param {PointerEvent} from
 * @returns {import("../timeline/gestures.js").Drag|null}
 */
function cropDrag(editor, player, stage, from) {
  const shown = shownCrop(editor, player);
  if (!shown) return null;
  const { id, crop, width, height } = shown;
  const { factor, scale } = frameOn(editor, stage);
  const zoom = factor / scale; // pixels of the window for one of the frame
  let last = crop;
  const operation = () => ({ op: "clip", clip: id, crop: last });
  return {
    move: ({ x, y }) => {
      last = moved(crop, { x: (from.clientX - x) / zoom / width, y: (from.clientY - y) / zoom / height });
      editor.preview([operation()]);
    },
    finish: () => {
      editor.preview(null);
      if (last !== crop) editor.apply(operation());
    },
    cancel: () => {
      editor.preview(null);
    },
  };
}

const DOUBLE = 400; // milliseconds between two clicks at most

/**
 * Let overlays be edited on a stage; return how to end that.
 * @param {Editor} editor @param {Player} player @param {HTMLElement} stage
 */
export function editOnPicture(editor, player, stage) {
  const handles = new Handles(stage);
  const typing = new Typing(editor, stage, () => place());
  const place = () => {
    typing.place();
    placeHandles(editor, player, stage, handles, typing);
  };
  const placeLater = () => requestAnimationFrame(() => requestAnimationFrame(place)); // when texts are laid out
  const resized = new ResizeObserver(place);
  resized.observe(stage);
  stage.addEventListener("load", placeLater, { capture: true }); // a picture has no size before
  const stops = [
    effect(() => {
      editor.model.value;
      editor.selection.value;
      if (!player.playing.value) stage.classList.toggle("has-crop", shownCrop(editor, player) !== null);
      place();
      placeLater();
    }),
    effect(() => {
      const id = editor.typing.value;
      if (id === null) return;
      editor.typing.value = null;
      untracked(() => typeText(editor, player, typing, id));
    }),
  ];
  const gestures = new Gestures(stage, recogniser(editor, player, stage, handles));
  stops.push(pinchOn(editor, stage, () => gestures.cancel()));
  const press = (/** @type {KeyboardEvent} */ event) => {
    const overlay = overlayOf(editor, stage, editor.selection.peek());
    if (event.target === stage && overlay) handleKey(PICTURE_KEYS, event, { editor, overlay });
  };
  const openMenu = (/** @type {MouseEvent} */ event) => menuOn(editor, player, stage, event);
  stage.addEventListener("keydown", press);
  stage.addEventListener("contextmenu", openMenu);
  return () => {
    for (const stop of stops) stop();
    typing.finish();
    gestures.destroy();
    resized.disconnect();
    handles.destroy();
    stage.removeEventListener("keydown", press);
    stage.removeEventListener("contextmenu", openMenu);
    stage.removeEventListener("load", placeLater, { capture: true });
  };
}

/**
 * @param {Editor} editor @param {Player} player @param {HTMLElement} stage
 * @param {Handles} handles @param {Typing} typing
 */
function placeHandles(editor, player, stage, handles, typing) {
  const overlay = overlayOf(editor, stage, editor.selection.peek());
  if (!overlay || typing.isOn || player.playing.peek()) {
    handles.hide();
    return;
  }
  const { area, factor } = frameOn(editor, stage);
  const root = stage.getBoundingClientRect();
  const { x, y, width, height, rotation } = boxOf(editor, overlay);
  const box = {
    left: area.left - root.left + area.width / 2 + (x - width / 2) * factor,
    top: area.top - root.top + area.height / 2 + (y - height / 2) * factor,
    width: width * factor,
    height: height * factor,
  };
  handles.show(overlay.kind, box, rotation);
}

/**
 * What a pointer that is pressed may become: a drag, a click that selects, or a second one that types.
 * @param {Editor} editor @param {Player} player @param {HTMLElement} stage @param {Handles} handles
 * @returns {(event: PointerEvent) => import("../timeline/gestures.js").Gesture|null}
 */
function recogniser(editor, player, stage, handles) {
  let last = { id: "", at: -Infinity };
  return (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("a, button, textarea")) return null;
    const handle = handleOf(target);
    const overlay = handle
      ? overlayOf(editor, stage, editor.selection.peek())
      : overlayAt(editor, stage, event.clientX, event.clientY);
    const menu = (/** @type {import("../context-menu.js").MenuPlace} */ place) => {
      selectShown(editor, player, overlay);
      editor.menu.value = place;
    };
    if (!overlay) return { drag: () => cropDrag(editor, player, stage, event), click: () => editor.select([]), menu };
    const { id, kind } = overlay;
    if (editor.selection.peek() !== id) editor.select([id]);
    return {
      isImmediate: true,
      menu,
      drag: () => overlayDrag(editor, stage, handles, overlay, event, handle),
      click: ({ timeStamp: at }) => {
        if (kind === "text" && last.id === id && at - last.at < DOUBLE) editor.typing.value = id;
        last = { id, at };
      },
    };
  };
}

/**
 * Open the menu of what is at the pointer, or, by a key, of what is selected.
 * @param {Editor} editor @param {Player} player @param {HTMLElement} stage @param {MouseEvent} event
 */
function menuOn(editor, player, stage, event) {
  const target = /** @type {Element} */ (event.target);
  if (isByTouch(event) || target.closest("a, button, textarea")) return;
  event.preventDefault();
  const isOfSelected = isByKey(event) || handleOf(target);
  const overlay = isOfSelected ? overlayOf(editor, stage, editor.selection.peek()) : overlayAt(editor, stage, event.clientX, event.clientY);
  selectShown(editor, player, overlay);
  editor.menu.value = menuPlace(event, overlay?.element ?? stage);
}

/** Select an overlay, or the clip that is shown. @param {Editor} editor @param {Player} player @param {Overlay|null} overlay */
function selectShown(editor, player, overlay) {
  const now = player.time.peek();
  const clip = clipsInOrder(editor.state.peek()).find(({ start, end }) => start <= now && now < end);
  const id = overlay?.id ?? clip?.id;
  if (!id || !editor.selected.peek().includes(id)) editor.select(id ? [id] : []);
}

/** Type a text, which is shown first. @param {Editor} editor @param {Player} player @param {Typing} typing @param {string} id */
function typeText(editor, player, typing, id) {
  player.pause();
  const action = editor.placed.peek().editorData?.textTrack?.find((/** @type {any} */ each) => each.id === id);
  if (!action) return;
  const now = player.time.peek();
  if (now < action.start || now >= action.end) player.seek(action.start);
  editor.selection.value = id;
  typing.start(id);
}
