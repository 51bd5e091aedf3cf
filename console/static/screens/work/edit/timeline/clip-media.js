/**
 * What is known of the media of a clip, and the addresses of its pictures and its sound.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

import { sourceOf } from "../../../../timeline/placed-clips.js";
import { partOf, sceneThumbnail, versionedVoice } from "../../../../urls.js";

/** @param {Editor} editor @param {Action} action */
export function mediaOf({ sources }, { assetId, sceneIndex }) {
  return sourceOf(sources.peek(), assetId ?? sceneIndex);
}

/** The address of a clip's frames side by side; null for an image of a scene. @param {Editor} editor @param {Action} action */
export function filmstripOf(editor, action) {
  const { url, seconds } = mediaOf(editor, action);
  return url && (seconds !== null || action.assetId) ? partOf(url, "filmstrip") : null;
}

/** The address of one picture of a clip; null without media. @param {Editor} editor @param {Action} action */
export function stillOf(editor, action) {
  return action.assetId ? filmstripOf(editor, action) : sceneThumbnail(editor.document.value.peek(), action.sceneIndex);
}

/**
 * The address of a scene's voice, and by how many dB it is made louder; null without a voice.
 * @param {any} work @param {number} scene
 */
export function voiceOf({ generatedScenes }, scene) {
  const made = generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === scene);
  const url = made?.voiceUrl ? versionedVoice(made.voiceUrl, made.voiceUpdatedAt) : null;
  return { url, gain: made?.voiceGain ?? 0 };
}
