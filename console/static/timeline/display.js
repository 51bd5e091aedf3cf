/** How the editor shows a timeline: music and captions, lanes of items, snapping, timecodes. */

/**
 * @typedef {import("./spoken-words.js").Word} Word
 * @typedef {import("./voice-words.js").Range} Range
 * @typedef {{start: number, end: number, text: string, id?: string, words?: Word[],
 *   said?: Range & {scene: number}}} Caption  `said`: what words of which voice it is made from
 */

import { actionsOf, clipsInOrder, withActions } from "./editor-state.js";
import { perSecond, toSeconds } from "./frames.js";
import { freeId } from "./voices.js";

const LATE = 1e-6; // frames
const SHORT = 0.5; // seconds without music that nobody misses
const WHOLE = "music"; // the id of the place of music that is heard under the whole video

/**
 * Return the state with music where it is heard: under the whole video if it has no places, nowhere
 * if there is none.
 * @param {import("./editor-state.js").State} state @param {number} seconds  of the video
 * @returns {import("./editor-state.js").State}
 */
export function placeMusic(state, seconds) {
  const hasPlaces = actionsOf(state, "audioTrack").length > 0;
  if (!state.audioUrl) return hasPlaces ? withActions(state, "audioTrack", []) : state;
  if (hasPlaces) return state;
  return withActions(state, "audioTrack", [{ id: WHOLE, start: 0, end: seconds, trimStart: 0 }]);
}

/**
 * Return when the music is over in the first of its places that last longer than its file, as it is
 * not repeated; null if there is none.
 * @param {import("./editor-state.js").Action[]} places @param {number} seconds  of its file
 * @returns {number | null} seconds of the timeline
 */
export function musicEnd(places, seconds) {
  const ends = places.map(({ start, end, trimStart = 0 }) => ({ end, over: start + Math.max(seconds - trimStart, 0) }));
  return ends.find(({ end, over }) => over < end - SHORT)?.over ?? null;
}

/**
 * Return the state with all voices on their track, also those that are at their scenes' clips.
 * @param {import("./editor-state.js").State} state
 * @param {import("./voices.js").PlacedVoice[]} voices  as the model has them
 * @returns {import("./editor-state.js").State}
 */
export function showVoices(state, voices) {
  const stored = actionsOf(state, "voiceTrack");
  if (voices.length === 0) return stored.length > 0 ? withActions(state, "voiceTrack", []) : state;
  const entries = new Map(stored.map((entry) => [entry.id, entry]));
  const clips = new Map(clipsInOrder(state).toReversed().map(({ sceneIndex, assetId, id }) => [assetId ? null : sceneIndex, id]));
  const taken = new Set(entries.keys());
  const shown = voices.map(({ id, scene, start, end }) => {
    const entry = id === null ? undefined : entries.get(id);
    return entry ? { ...entry, start, end } : { id: freeId(scene, taken), sceneIndex: scene, start, end, anchor: clips.get(scene) };
  });
  return withActions(state, "voiceTrack", shown);
}

/**
 * Return the captions of a video: its own, or else what its voices say, or the texts of its scenes, at
 * the times of these.
 * @param {import("./editor-state.js").State} state @param {import("./model.js").Model} model
 * @returns {Caption[]}
 */
export function captionsOf(state, { timeline, plan }) {
  if (state.captions?.length) return state.captions;
  const starts = new Map(plan.voices.map((voice) => [voice.scene, voice.start]));
  const captions = timeline.cues.flatMap(({ text, words, voice, from }, index) =>
    plan.cues[index].map(({ start, end }) => ({
      start: toSeconds(start, plan.rate),
      end: toSeconds(end, plan.rate),
      text,
      ...(words.length > 0 ? { words: words.map((word) => moved(word, starts.get(voice ?? -1) ?? 0)) } : {}),
      ...(voice !== null && from !== undefined ? { said: { scene: voice, from, to: from + words.length } } : {}),
    })),
  );
  return captions.sort((a, b) => a.start - b.start);
}

/** @param {Word} word @param {number} seconds @returns {Word} */
function moved({ text, start, end }, seconds) {
  const at = (/** @type {number} */ time) => Math.round((time + seconds) * 1000) / 1000;
  return { text, start: at(start), end: at(end) };
}

/**
 * Return the lane of each item on a track, from 0 on: the first one that is free at its time.
 * @param {{start: number, end: number}[]} items
 * @returns {number[]}
 */
export function lanesOf(items) {
  /** @type {number[]} */
  const lanes = new Array(items.length).fill(0);
  /** @type {number[]} */
  const ends = [];
  const inOrder = items.map((_, index) => index).sort((a, b) => items[a].start - items[b].start);
  for (const index of inOrder) {
    const free = ends.findIndex((end) => end <= items[index].start);
    lanes[index] = free < 0 ? ends.length : free;
    ends[lanes[index]] = items[index].end;
  }
  return lanes;
}

/**
 * Return the nearest of some times, if it is near, or else the time itself.
 * @param {number} time @param {number[]} times @param {number} tolerance  seconds
 */
export function snapped(time, times, tolerance) {
  let nearest = time;
  let distance = tolerance;
  for (const each of times) {
    if (Math.abs(each - time) < distance) [nearest, distance] = [each, Math.abs(each - time)];
  }
  return nearest;
}

/**
 * Return a time as minutes, seconds and frames: "01:05.12".
 * @param {number} time  seconds @param {import("./frames.js").Rate} rate
 */
export function timecode(time, rate) {
  const { minutes, seconds, frame } = partsOf(time, rate);
  return `${two(minutes)}:${two(seconds)}.${two(frame)}`;
}

/**
 * Return what a timecode says; `fps` is how many frames it counts in a second.
 * @param {number} time  seconds @param {import("./frames.js").Rate} rate
 */
export function partsOf(time, rate) {
  const fps = Math.round(perSecond(rate));
  const frames = Math.floor(time * perSecond(rate) + LATE);
  const seconds = Math.floor(frames / fps);
  return { minutes: Math.floor(seconds / 60), seconds: seconds % 60, frame: frames % fps, fps };
}

/**
 * Return the seconds of a timecode: hours and minutes may be left out, and so may frames. Null: it is
 * none.
 * @param {string} text @param {import("./frames.js").Rate} rate
 */
export function secondsOf(text, rate) {
  const parts = /^(?:(?:(\d+):)?(\d+):)?(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!parts) return null;
  const [hours, minutes, seconds, frames] = parts.slice(1).map((part) => Number(part ?? 0));
  const fps = Math.round(perSecond(rate));
  if (frames >= fps) return null;
  return toSeconds(((hours * 60 + minutes) * 60 + seconds) * fps + frames, rate);
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, "0");
}
