/**
 * The clips of a timeline: those that the editor arranged, or else the scenes in order.
 *
 * @typedef {object} Clip
 * @property {string|null} id  of its action on the video track; null if it stands for a scene
 * @property {any} scene  null: it shows an asset
 * @property {string|null} asset
 * @property {number|null} start  null: after the clip before
 * @property {number|null} end  null: as long as its media
 * @property {number} trim  where its media begins
 * @property {string} transition  to the next clip
 * @property {number} transitionSeconds
 * @property {number} stillSeconds  how long an image without times is shown
 * @property {number} leastSeconds  how long it is shown at least without times: its voice is as long
 * @property {number} speed  seconds of the media in one of the timeline
 * @property {number} volume
 * @property {number} fadeIn  seconds, of the sound
 * @property {number} fadeOut
 * @property {import("./framing.js").Window|null} crop
 * @property {import("./framing.js").Motion|null} motion
 */

import { CUT, DEFAULT_SCENE_SECONDS, DEFAULT_TRANSITION_SECONDS } from "./facts.js";
import { storedCrop, storedMotion } from "./framing.js";
import { NORMAL_SPEED, speedOf } from "./time-map.js";
import { entriesByScene, leastSeconds, pauseAfter, voiceSeconds } from "./voices.js";

/**
 * Return the clips that the editor arranged, in the order of the track.
 * @param {any} state  an editorState
 * @returns {Clip[]}
 */
export function clipsOf(state) {
  const actions = state.editorData?.videoTrack ?? [];
  return actions
    .map((/** @type {any} */ action, /** @type {number} */ number) => ({
      id: action.id,
      scene: action.assetId ? null : (action.sceneIndex ?? number),
      asset: action.assetId ?? null,
      start: action.start,
      end: action.end,
      trim: action.trimStart ?? 0,
      transition: action.transitionType || CUT,
      transitionSeconds: action.transitionDuration ?? DEFAULT_TRANSITION_SECONDS,
      stillSeconds: DEFAULT_SCENE_SECONDS,
      leastSeconds: 0,
      speed: speedOf(action),
      volume: action.volume ?? 1,
      ...fadesOf(action),
      crop: storedCrop(action),
      motion: storedMotion(action),
    }))
    .filter(lasts);
}

/**
 * Return a clip of each scene, in order; of those with media alone if there is no scenario. Each lasts
 * until its voice has ended, and its image moves as the scene says.
 * @param {any} work
 * @returns {Clip[]}
 */
export function clipsOfScenes(work) {
  const scenes = work.scenes ?? [];
  const voices = voiceSeconds(work);
  const entries = entriesByScene(work.editorState?.editorData?.voiceTrack ?? []);
  const leastOf = (/** @type {number} */ scene, /** @type {boolean} */ isLast) =>
    leastSeconds(voices.get(scene), entries.get(scene), pauseAfter(work.editorState, isLast));
  const made = work.generatedScenes ?? [];
  if (scenes.length === 0) {
    const shown = made.filter((/** @type {any} */ each) => each.imageUrl || each.videoUrl);
    return shown.map((/** @type {any} */ each) => sceneClip(each.sceneIndex, { least: leastOf(each.sceneIndex, each === shown.at(-1)) }));
  }
  const videos = new Set(made.flatMap((/** @type {any} */ { videoUrl, sceneIndex }) => (videoUrl ? [sceneIndex] : [])));
  return scenes.map((/** @type {any} */ { scene_index: scene, transition, duration_seconds: seconds, motion }, /** @type {number} */ number) =>
    sceneClip(scene, {
      transition: transition || CUT,
      stillSeconds: seconds || DEFAULT_SCENE_SECONDS,
      least: leastOf(scene, number === scenes.length - 1),
      motion: videos.has(scene) ? null : motion,
    }),
  );
}

/**
 * Return how long all scenes last, one after the other, with their voices. Those without media last as
 * planned.
 * @param {any} work
 */
export function secondsOfScenes(work) {
  const clips = new Map((work.generatedScenes ?? []).map((/** @type {any} */ made) => [made.sceneIndex, made.videoUrl && made.videoDuration]));
  return clipsOfScenes(work).reduce((sum, { scene, stillSeconds, leastSeconds: least }) => sum + Math.max(clips.get(scene) || stillSeconds, least), 0);
}

/**
 * @param {number} scene
 * @param {{transition?: string, stillSeconds?: number, least?: number, motion?: any}} planned
 * @returns {Clip}
 */
export function sceneClip(scene, { transition = CUT, stillSeconds = DEFAULT_SCENE_SECONDS, least = 0, motion }) {
  return {
    id: null, scene, asset: null, start: null, end: null, trim: 0, transition,
    transitionSeconds: DEFAULT_TRANSITION_SECONDS, stillSeconds, leastSeconds: least,
    speed: NORMAL_SPEED, volume: 1, ...fadesOf({}), crop: null, motion: storedMotion({ motion }),
  };
}

/** Return which media a clip shows: a scene's index, or an asset's id. @param {Clip} clip @returns {number|string} */
export function mediaOf({ scene, asset }) {
  return asset ?? scene;
}

/** Return how long a sound fades, in seconds. @param {any} action  of a track */
export function fadesOf({ fadeIn, fadeOut }) {
  return { fadeIn: fadeIn ?? 0, fadeOut: fadeOut ?? 0 };
}

/** @param {{start: number, end: number}} item */
export function lasts(item) {
  return item.end > item.start;
}
