/**
 * The picture of a cropped clip is moved under its crop, where the player shows it.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../player/player.js").Player} Player
 * @typedef {import("../../../../timeline/framing.js").Window} Window
 */

import { isWhole, partSize } from "../../../../timeline/framing.js";
import { fitted } from "../../../../timeline/geometry.js";
import { frameAt } from "../../../../timeline/model.js";
import { moved } from "../inspector/window-shapes.js";
import { frameOn } from "./overlay.js";

/**
 * The crop of the selected clip, and how large its whole picture is in the frame; null if it has none, or is
 * not shown now.
 * @param {Editor} editor @param {Player} player
 * @returns {{id: string, crop: Window, width: number, height: number} | null}
 */
export function shownCrop(editor, player) {
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
export function cropDrag(editor, player, stage, from) {
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
