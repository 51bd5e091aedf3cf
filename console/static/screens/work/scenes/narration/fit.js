/** Whether a scene's voice fits its clip, and what helps if it does not. */

import { clipsInOrder, isArranged } from "../../../../timeline/editor-state.js";
import { toFrame } from "../../../../timeline/frames.js";
import { rateOf } from "../../../../timeline/operations/rate.js";
import { formatNumber } from "../../../../i18n.js";
import { TOLERANCE, fittingSpeed, overrunsOf } from "../../../../timeline/voice-fit.js";
import { entriesByScene, heardSeconds, leastSeconds, pauseAfter, placeVoices, voiceSeconds, voicesOf } from "../../../../timeline/voices.js";

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
