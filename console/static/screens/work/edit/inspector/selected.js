/**
 * What is selected, by its kind.
 *
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {{kind: "clip"|"text"|"picture"|"caption"|"music", id: string, action: Action}} Selected
 */

import { captionsOf } from "../../../../timeline/display.js";
import { clipsInOrder, findItem } from "../../../../timeline/editor-state.js";
import { captionIds } from "../../../../timeline/operations/index.js";

/** @type {Record<string, "text"|"picture"|"music">} */
const KINDS = { textTrack: "text", imageTrack: "picture", audioTrack: "music" };

/**
 * Return what is selected; null: nothing that is there.
 * @param {import("../editor.js").Editor} editor @returns {Selected | null}
 */
export function selectedOf(editor) {
  const id = editor.selection.value;
  if (id === null) return null;
  const clip = clipsInOrder(editor.state.value).find((each) => each.id === id);
  if (clip) return { kind: "clip", id, action: clip };
  const item = findItem(editor.placed.value, id);
  if (item) return { kind: KINDS[item.track], id, action: item.action };
  const captions = captionsOf(editor.state.value, editor.model.value);
  const index = captionIds(captions).indexOf(id);
  return index < 0 ? null : { kind: "caption", id, action: { ...captions[index], id } };
}
