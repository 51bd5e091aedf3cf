/** Actions on what is spoken in a work. */

import { del, get, patch, post } from "../../../../api.js";
import { formatNumber, t } from "../../../../i18n.js";
import { providerOf, requestHeaders } from "../../../../state/choices.js";
import { isActive, startJob } from "../../../../state/jobs.js";
import { toast } from "../../../../state/toasts.js";
import { clipsInOrder, isArranged } from "../../../../timeline/editor-state.js";
import { toFrame } from "../../../../timeline/frames.js";
import { rateOf } from "../../../../timeline/operations/rate.js";
import { TOLERANCE, fittingSpeed, overrunsOf } from "../../../../timeline/voice-fit.js";
import {
  entriesByScene,
  heardSeconds,
  leastSeconds,
  pauseAfter,
  placeVoices,
  voiceSeconds,
  voicesOf,
} from "../../../../timeline/voices.js";
import { projectApi } from "../../../../urls.js";
import { LLM, editScene, pathOf, scenesOf } from "../actions.js";

// What happens to the voice of a scene, derived from the work's jobs.

/**
 * @typedef {import("../../../../state/jobs.js").Job} Job
 * @typedef {{isBusy: boolean, isWaiting: boolean, reason: string, job: Job | undefined}} VoiceState
 *   `reason` is why it failed, `job` the one that speaks it, or did so last
 */

const OPEN = new Set(["planned", "submitting", "waiting", "submitted"]);
const BEFORE = new Set(["planned", "waiting"]);

/**
 * @param {number} index of the scene
 * @param {any} made its entry in `generatedScenes`
 * @param {Job[]} jobs of the work, newest first
 * @returns {VoiceState}
 */
export function voiceStateOf(index, made, jobs) {
  const callOf = (/** @type {Job} */ job) => job.calls.find(({ sceneIndex }) => sceneIndex === index);
  const job = jobs.find((each) => each.kind === "narration" && callOf(each));
  const call = job && callOf(job);
  if (!job || !call) return { isBusy: false, isWaiting: false, reason: "", job };
  if (isActive(job) && OPEN.has(call.state)) {
    return { isBusy: true, isWaiting: BEFORE.has(call.state), reason: "", job };
  }
  const isThere = (made?.voiceUpdatedAt ?? 0) > job.updatedAt; // such as recorded since
  const hasFailed = ["failed", "interrupted"].includes(job.state) && call.state !== "done" && !isThere;
  return { isBusy: false, isWaiting: false, reason: hasFailed ? (call.error ?? job.reason ?? "") : "", job };
}

// Whether a scene's voice fits its clip, and what helps if it does not.

/**
 * @typedef {object} Misfit
 * @property {number} over by how many seconds the voice is too long
 * @property {number | null} [following] the scene of the voice that it runs into; null: past the end;
 *   undefined: its clip is shorter, in a work that nobody cut
 * @property {number} longer how long the clip would have to be; in a cut by how much longer, in seconds
 * @property {number | null} words how many the text may have; null: that does not help
 * @property {number | null} speed at which the voice would fit; null: that does not help
 */

/**
 * What is wrong with the length of a scene's voice; null: nothing.
 * @param {any} work
 * @param {any} made the scene's entry in `generatedScenes`
 * @param {string} text
 * @returns {Misfit | null}
 */
export function misfitOf(work, made, text) {
  if (!made?.voiceUrl || !made.voiceDuration) return null;
  const misfit = isArranged(work.editorState) ? inCut(work, made) : besideClip(work, made);
  if (!misfit) return null;
  const { length, space, ...rest } = misfit;
  return { ...rest, words: wordsFitting(text, work.language, space / length) };
}

/**
 * A voice that is longer than its clip, which then holds its last frame. A picture is shown for as
 * long as its voice lasts.
 * @param {any} work @param {any} made
 */
function besideClip({ editorState }, { sceneIndex, voiceDuration, videoUrl, videoDuration }) {
  if (!videoUrl || !videoDuration) return null;
  /** @type {Record<string, any>} */
  const entry = entriesByScene(editorState.editorData?.voiceTrack ?? []).get(sceneIndex) ?? {};
  const least = leastSeconds(voiceDuration, entry);
  const over = least - videoDuration;
  if (over <= TOLERANCE) return null;
  const length = heardSeconds(voiceDuration, entry);
  const space = length - over;
  const speed = fittingSpeed({ start: 0, end: length, speed: entry.speed || 1 }, space);
  return { over, longer: Math.ceil(least), speed, length, space };
}

/** A voice that runs into the next one, or past the end of the cut. @param {any} work @param {any} made */
function inCut(work, { sceneIndex, voiceDuration }) {
  const { editorState } = work;
  const rate = rateOf(editorState);
  const clips = clipsInOrder(editorState);
  const starts = new Map(clips.filter(({ assetId }) => !assetId).toReversed().map((clip) => [clip.sceneIndex, toFrame(clip.start, rate)]));
  const voices = placeVoices(voicesOf(voiceSeconds(work), editorState), starts, rate);
  const end = Math.max(0, ...clips.map((clip) => clip.end));
  const overrun = overrunsOf(voices, end, pauseAfter(editorState, true)).find(({ scene }) => scene === sceneIndex);
  if (!overrun) return null;
  const { seconds, following, longer, speed } = overrun;
  const length = voices.find(({ scene }) => scene === sceneIndex)?.length ?? voiceDuration;
  return { over: seconds, following, longer, speed, length, space: length - seconds };
}

/**
 * How many words a text may have to be spoken in a share of its time; null: that does not help.
 * @param {string} text @param {string} language @param {number} share
 */
export function wordsFitting(text, language, share) {
  return Math.max(Math.floor(wordsIn(text, language) * share), 0) || null;
}

/** A duration that is enough, in tenths of a second. @param {number} seconds */
export const enoughTenths = (seconds) => formatNumber(Math.ceil(seconds * 10 - 1e-6) / 10);

/**
 * How many words a text has, also where no spaces are between them.
 * @param {string} text @param {string} language
 */
function wordsIn(text, language) {
  return [...segmenter(language).segment(text)].filter(({ isWordLike }) => isWordLike).length;
}

/** @param {string} language a code, or a name that says nothing here */
function segmenter(language) {
  const isCode = /^[a-z]{2,3}(-\w+)*$/i.test(language);
  return new Intl.Segmenter(isCode ? language : undefined, { granularity: "word" });
}

/**
 * The line that a voice was given, if that is known; captions may write it differently.
 * @param {import("../../../../state/voices.js").Spoken | undefined} spoken @returns {string | null}
 */
export const givenLine = (spoken) =>
  (spoken && spoken.isCurrent !== null && !spoken.changed.includes("text") ? spoken.text : spoken?.spokenText) ?? null;

/** Whether another voice is to speak by now. @param {import("../../../../state/voices.js").Spoken | undefined} spoken */
export const isOtherVoice = (spoken) => spoken?.changed.includes("voice") ?? false;

/** Whether two texts are spoken alike: white space does not matter. @param {string} one @param {string} other */
export const isSameText = (one, other) => plain(one) === plain(other);

/** @param {string} text */
const plain = (text) => text.trim().replace(/\s+/g, " ");

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
