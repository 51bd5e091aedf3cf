/**
 * What is over the picture is selected, moved, resized, turned and typed where it is shown.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../player/player.js").Player} Player
 */

import { effect, untracked } from "@preact/signals";
import { handleKey } from "../../../../player/shortcuts.js";
import { Gestures } from "../timeline/gestures.js";
import { cropDrag, shownCrop } from "./crop-drag.js";
import { overlayDrag } from "./drags.js";
import { Handles, handleOf } from "./handles.js";
import { PICTURE_KEYS } from "./keys.js";
import { boxOf, frameOn, overlayAt, overlayOf } from "./overlay.js";
import { pinchOn } from "./pinch.js";
import { Typing } from "./typing.js";

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
      untracked(() => type(editor, player, typing, id));
    }),
  ];
  const gestures = new Gestures(stage, recogniser(editor, player, stage, handles));
  stops.push(pinchOn(editor, stage, () => gestures.cancel()));
  const press = (/** @type {KeyboardEvent} */ event) => {
    const overlay = overlayOf(editor, stage, editor.selection.peek());
    if (event.target === stage && overlay) handleKey(PICTURE_KEYS, event, { editor, overlay });
  };
  stage.addEventListener("keydown", press);
  return () => {
    for (const stop of stops) stop();
    typing.finish();
    gestures.destroy();
    resized.disconnect();
    handles.destroy();
    stage.removeEventListener("keydown", press);
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
    if (!overlay) return { drag: () => cropDrag(editor, player, stage, event), click: () => editor.select([]) };
    const { id, kind } = overlay;
    if (editor.selection.peek() !== id) editor.select([id]);
    return {
      isImmediate: true,
      drag: () => overlayDrag(editor, stage, handles, overlay, event, handle),
      click: ({ timeStamp: at }) => {
        if (kind === "text" && last.id === id && at - last.at < DOUBLE) editor.typing.value = id;
        last = { id, at };
      },
    };
  };
}

/** Type a text, which is shown first. @param {Editor} editor @param {Player} player @param {Typing} typing @param {string} id */
function type(editor, player, typing, id) {
  player.pause();
  const action = editor.placed.peek().editorData?.textTrack?.find((/** @type {any} */ each) => each.id === id);
  if (!action) return;
  const now = player.time.peek();
  if (now < action.start || now >= action.end) player.seek(action.start);
  editor.selection.value = id;
  typing.start(id);
}
