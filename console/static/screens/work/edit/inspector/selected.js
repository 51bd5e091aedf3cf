/**
 * What is selected, by its kind.
 *
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {{kind: "clip"|"text"|"picture"|"caption"|"music"|"voice"|"sound", id: string, action: Action}} Selected
 */

import { clipsInOrder, findItem, hasFields } from "../../../../timeline/editor-state.js";

/** @type {Record<string, "text"|"picture"|"music"|"voice"|"sound">} */
const KINDS = { textTrack: "text", imageTrack: "picture", audioTrack: "music", voiceTrack: "voice", soundTrack: "sound" };

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
  if (item && hasFields(editor.state.value, item)) return { kind: KINDS[item.track], id, action: item.action };
  const caption = !item && editor.captions.value.all.find((each) => each.id === id);
  return caption ? { kind: "caption", id, action: caption } : null;
}
