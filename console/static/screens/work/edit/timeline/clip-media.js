/**
 * What is known of the media of a clip, and the addresses of its pictures and its sound.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

import { sourceOf } from "../../../../timeline/placed-clips.js";
import { sceneThumbnail } from "../../../../urls.js";

/** @param {Editor} editor @param {Action} action */
export function mediaOf({ sources }, { assetId, sceneIndex }) {
  return sourceOf(sources.peek(), assetId ?? sceneIndex);
}

/** Return the address of a part of a media file, such as its peaks. @param {string} url @param {string} part */
export const partOf = (url, part) => url.replace(/(\?|$)/, `/${part}$1`);

/** The address of a clip's frames side by side; null for an image of a scene. @param {Editor} editor @param {Action} action */
export function filmstripOf(editor, action) {
  const { url, seconds } = mediaOf(editor, action);
  return url && (seconds !== null || action.assetId) ? partOf(url, "filmstrip") : null;
}

/** The address of one picture of a clip; null without media. @param {Editor} editor @param {Action} action */
export function stillOf(editor, action) {
  return action.assetId ? filmstripOf(editor, action) : sceneThumbnail(editor.document.value.peek(), action.sceneIndex);
}
