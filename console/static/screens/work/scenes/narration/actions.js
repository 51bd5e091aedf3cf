/** Actions on what is spoken in a work. */

import { del, get, patch, post } from "../../../../api.js";
import { t } from "../../../../i18n.js";
import { providerOf, requestHeaders } from "../../../../state/choices.js";
import { startJob } from "../../../../state/jobs.js";
import { toast } from "../../../../state/toasts.js";
import { clipsInOrder } from "../../../../timeline/editor-state.js";
import { projectApi } from "../../../../urls.js";
import { LLM, editScene, pathOf, scenesOf } from "../actions.js";

/**
 * @typedef {import("../../../../documents/document.js").Document} Document
 * @typedef {import("../../../../state/voices.js").Narrator} Narrator
 * @typedef {{text: string, voice?: string | null, style?: string | null}} Narration
 */

/** @param {any} scene @returns {string} */
export const lineOf = (scene) => scene.narration?.text ?? "";

/** The path of a scene's voice. @param {Document} work @param {number} index */
const voiceApi = (work, index) => `${pathOf(work)}/media/scene/${index}/voice`;

/** @param {Document} work @param {number} index @returns {Narration | null | undefined} */
const narrationOf = (work, index) => scenesOf(work.value.value).find(({ scene_index }) => scene_index === index)?.narration;

/** @param {Document} work @param {number} index @param {Partial<Narration>} fields */
export function editNarration(work, index, fields) {
  const narration = { text: "", ...narrationOf(work, index), ...fields };
  editScene(work, index, { narration: narration.text || narration.voice ? narration : null });
}

/** @param {Document} work @param {Record<string, any>} fields */
export function editSound(work, fields) {
  work.edit({ sound: { ...work.value.value.sound, ...fields } });
}

/**
 * Speak lines. Throws ApiError.
 * @param {Document} work
 * @param {{scenes?: number[], only: "missing" | "changed" | "all"}} what
 */
export async function speak(work, what) {
  await work.flush(); // the lines as they are shown
  const provider = await providerOfNarrator(work.value.value);
  /** @type {Record<string, string>} */
  const providers = provider ? { "x-speech-provider": provider } : {};
  return startJob(pathOf(work), { kind: "narration", ...what }, { providers });
}

/** The provider whose voice speaks in a work, if one was chosen. @param {any} work Throws ApiError. */
async function providerOfNarrator({ sound, projectId }) {
  const narrator = sound?.narrator ?? (await get(projectApi(projectId))).data.styleGuide?.narrator;
  return narrator?.provider;
}

/**
 * Let a file be a scene's voice, which says its line.
 * @param {Document} work @param {number} index @param {File} file
 * @param {import("../../../../state/upload.js").Upload} upload
 * @returns {Promise<boolean>} whether it is stored; `upload` has the error
 */
export async function storeVoice(work, index, file, upload) {
  await work.flush(); // the line as it is shown
  if (!(await upload.start("PUT", voiceApi(work, index), file, file.name))) return false;
  await work.refresh();
  return true;
}

/** Find out when voices say which word, for captions. Throws ApiError. @param {Document} work @param {number[]} scenes */
export const timeWords = (work, scenes) => startJob(pathOf(work), { kind: "captions", scenes });

/** Whether lines are shortened by the demo's model, which knows nothing of what they say. */
export const isDemoModel = () => providerOf("llm", LLM)?.id === "demo";

/**
 * Have a model write a scene's line with so many words, and put it into its field; say so, with a way
 * back. Throws ApiError.
 * @param {Document} work
 * @param {number} index
 * @param {{words: number, number: number}} wanted `number` is the scene's
 */
export async function shorten(work, index, { words, number }) {
  await work.flush();
  const text = narrationOf(work, index)?.text ?? "";
  editNarration(work, index, { text: await rewritten(work, index, words) });
  const action = { label: t("narration.undo"), run: () => editNarration(work, index, { text }) };
  toast(t("narration.shortened", { number }), { action });
}

/**
 * Have a model write a scene's line with so many words, without changing it. Throws ApiError.
 * @param {Document} work @param {number} index @param {number} words @returns {Promise<string>}
 */
export async function rewritten(work, index, words) {
  await work.flush();
  const headers = await requestHeaders(LLM);
  const { data } = await post(`${pathOf(work)}/scenes/${index}/narration/rewrite`, { words }, { headers });
  return data.text;
}

/**
 * Clean up a scene's recording, or use it as it was recorded. Throws ApiError.
 * @param {Document} work @param {number} index @param {boolean} isOn
 */
export async function cleanUp(work, index, isOn) {
  await work.flush();
  await patch(voiceApi(work, index), { cleanUp: isOn });
  await work.refresh();
}

/** Take a scene's voice away; it stays among the takes. Throws ApiError. @param {Document} work @param {number} index */
export async function removeVoice(work, index) {
  await del(voiceApi(work, index));
  await work.refresh();
}

/**
 * Have a scene's clip last longer in the cut.
 * @param {Document} work @param {number} index @param {number} seconds
 * @returns {(() => void) | null} undoes it; null: the cut does not show the scene
 */
export function lengthenInCut(work, index, seconds) {
  const clip = clipsInOrder(work.value.value.editorState).find((each) => !each.assetId && each.sceneIndex === index);
  if (!clip) return null;
  const before = clip.end - clip.start;
  const trim = (/** @type {number} */ length) => work.operate([{ op: "trim", clip: clip.id, seconds: length }]);
  trim(before + seconds);
  return () => trim(before);
}

/** Have a scene's voice played faster. @param {Document} work @param {number} index @param {number} speed */
export function setSpeed(work, index, speed) {
  work.operate([{ op: "voice", scene: index, speed }]);
}
