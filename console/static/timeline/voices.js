/**
 * Where voices are heard: at places of their own, or just after the starts of their scenes' clips. The
 * rules are those of timeline/voices.py. Times are in seconds.
 *
 * @typedef {import("./frames.js").Rate} Rate
 * @typedef {import("./editor-state.js").Action} Action
 *
 * @typedef {object} Voice  the voice of a scene, and what its entry on the voice track says
 * @property {number} scene
 * @property {string|null} id  of its entry; null without one
 * @property {number} seconds  how long its file lasts
 * @property {number|null} start  null: after the start of the scene's clip
 * @property {number} trim  of the file, at its start
 * @property {number} length  how long it is heard
 * @property {number} speed
 * @property {number} volume
 *
 * @typedef {Voice & {start: number, end: number}} PlacedVoice
 */

import { actionsOf, isArranged } from "./editor-state.js";
import { LEAD, TAIL } from "./facts.js";
import { toFrame, toSeconds } from "./frames.js";

/** Return the id of a voice that has no entry. @param {number} scene */
export const voiceId = (scene) => `voice-${scene}`;

/** Return the id that an entry of a scene gets, which no other one has. @param {number} scene @param {Set<string>} taken */
export function freeId(scene, taken) {
  let id = voiceId(scene);
  for (let number = 2; taken.has(id); number += 1) id = `${voiceId(scene)}~${number}`;
  return id;
}

/**
 * Return how long a scene lasts after its voice, if nobody arranged the timeline.
 * @param {import("./editor-state.js").State|undefined} state @param {boolean} isLast
 */
export function pauseAfter(state, isLast) {
  return (isLast ? state?.endPause : null) ?? TAIL;
}

/**
 * Return how long a scene lasts at least in a timeline that nobody arranged: for a pause after its voice.
 * A voice that is silenced needs no time.
 * @param {number|null|undefined} seconds  of the voice's file @param {Record<string, any>} [entry]
 * @param {number} [pause]
 */
export function leastSeconds(seconds, entry = {}, pause = TAIL) {
  return seconds && entry.volume !== 0 ? LEAD + heardSeconds(seconds, entry) + pause : 0;
}

/**
 * Return how long a voice is heard, given how long its file lasts.
 * @param {number} seconds @param {Record<string, any>} entry  of the voice track
 */
export function heardSeconds(seconds, { trimStart, trimEnd, speed }) {
  return Math.max(seconds - (trimStart ?? 0) - (trimEnd ?? 0), 0) / (speed || 1);
}

/**
 * Return how long the voice of each scene lasts, by their indexes.
 * @param {any} work  as the API answers it @returns {Map<number, number>}
 */
export function voiceSeconds(work) {
  const voices = (work.generatedScenes ?? []).filter((/** @type {any} */ made) => made.voiceUrl && made.voiceDuration);
  return new Map(voices.map((/** @type {any} */ { sceneIndex, voiceDuration }) => [sceneIndex, voiceDuration]));
}

/** Return the entries of a voice track by their scenes; of several, the first one. @param {Action[]} entries */
export function entriesByScene(entries) {
  return new Map(entries.toReversed().map((entry) => [entry.sceneIndex, entry]));
}

/**
 * Return the voices that a work has. In a timeline that nobody arranged, scenes get longer and shorter:
 * entries that are anchored to clips follow these.
 * @param {Map<number, number>} seconds  how long each scene's lasts
 * @param {import("./editor-state.js").State} [state]
 * @returns {Voice[]}
 */
export function voicesOf(seconds, state) {
  const byScene = entriesByScene(actionsOf(state ?? {}, "voiceTrack"));
  const isFixed = isArranged(state ?? {});
  return [...seconds].map(([scene, length]) => {
    const entry = byScene.get(scene);
    return {
      scene,
      id: entry?.id ?? null,
      seconds: length,
      start: entry && (isFixed || entry.anchor === undefined) ? Math.max(entry.start, 0) : null,
      trim: entry?.trimStart ?? 0,
      length: heardSeconds(length, entry ?? {}),
      speed: entry?.speed || 1,
      volume: entry?.volume ?? 1,
    };
  });
}

/**
 * Return where voices are heard, in the order of their starts; those without a place and a clip are not.
 * @template {Voice} T
 * @param {T[]} voices @param {Map<number, number>} starts  the frames at which scenes are first shown
 * @param {Rate} rate
 * @returns {(T & {start: number, end: number})[]}
 */
export function placeVoices(voices, starts, rate) {
  const placed = voices.flatMap((voice) => {
    const clip = starts.get(voice.scene);
    const start = voice.start ?? (clip === undefined ? null : toSeconds(clip, rate) + LEAD);
    return start === null ? [] : [{ ...voice, start, end: start + voice.length }];
  });
  return placed.sort((a, b) => a.start - b.start || a.scene - b.scene);
}

/**
 * Return an entry of a timeline that nobody arranged at the clip that it is anchored to.
 * @template {Action} T
 * @param {T} entry @param {number} clip  the frame at which that begins @param {Rate} rate
 */
export function atClip(entry, clip, rate) {
  const start = clip + toFrame(LEAD, rate);
  const before = Math.max(toFrame(entry.start, rate), 0);
  if (before === start) return entry;
  const end = Math.max(toFrame(entry.end, rate), before + 1) - before + start;
  return { ...entry, start: toSeconds(start, rate), end: toSeconds(end, rate) };
}
