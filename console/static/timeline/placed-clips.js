/**
 * The places of clips on the timeline, in frames, and the transitions between them. The rules are
 * those of export/plan/clips.py and timeline/transitions.py.
 *
 *
 * @typedef {object} Source  what is known of the media of a scene or an asset
 * @property {number|null} seconds  how long its picture lasts; null for an image
 * @property {number|null} [soundSeconds]  how long its sound lasts; null without any
 * @property {number|null} [fps]
 * @property {string} [url]
 * @property {number} [width]
 * @property {number} [height]
 *
 * @typedef {Record<number|string, Source>} Sources  by the index of the scene, or the id of the asset
 *
 * @typedef {object} PlacedClip  frames from `start` up to `end`, and of the transition to the next
 * @property {Clip} clip
 * @property {number} start
 * @property {number} end
 * @property {number} begin  the frame at which its media begins: before `start` in a transition
 * @property {number} transitionFrames
 */

import { CUT, DEFAULT_SCENE_SECONDS, DEFAULT_TRANSITION_SECONDS, MAX_TRANSITION_SECONDS, MOVEMENTS } from "./facts.js";
import { perSecond, toFrame, toSeconds } from "./frames.js";
import { storedCrop, storedMotion } from "./framing.js";
import { entriesByScene, leastSeconds, pauseAfter, voiceSeconds } from "./voices.js";

/**
 * The time map: which time of its media a clip shows at a frame of the timeline. All times of media
 * that follow from frames, and the reverse, are computed here, by the rules of timeline/time_map.py.
 *
 * @typedef {import("./frames.js").Rate} Rate
 *
 * @typedef {object} TimeMap  at frame `begin` of the timeline, the media are at `trim` seconds
 * @property {number} begin
 * @property {number} trim
 * @property {Rate} rate
 * @property {number} speed  seconds of the media in one of the timeline
 */

export const FREEZE = 0; // the speed at which media stand still
export const NORMAL_SPEED = 1;
const JUMP_FRAMES = 0.51; // half a frame, whatever the times were rounded to

/** Return the speed of a clip. @param {Record<string, any>} action  of the video track */
export function speedOf({ speed }) {
  return speed ?? NORMAL_SPEED;
}

/**
 * Return which time of its media a clip shows, counted from where these begin.
 * @param {Record<string, any>} action  of the video track @param {Rate} rate
 * @returns {TimeMap}
 */
export function ownTimeMap(action, rate) {
  return { begin: 0, trim: action.trimStart ?? 0, rate, speed: speedOf(action) };
}

/**
 * Return the time of the media at a frame of the timeline, in seconds.
 * @param {TimeMap} map
 * @param {number} frame  also between two frames
 */
export function mediaAt({ begin, trim, rate, speed }, frame) {
  return trim + toSeconds(frame - begin, rate) * speed;
}

/**
 * Return whether the media go on in a following map without a jump: they were split there. Splits are
 * rounded to frames, so a jump of less than half a frame is none.
 * @param {TimeMap} map @param {TimeMap} following
 */
export function goesOn(map, following) {
  const jump = following.trim - mediaAt(map, following.begin);
  const isNone = Math.abs(jump) * perSecond(map.rate) < JUMP_FRAMES * (map.speed || NORMAL_SPEED);
  return following.speed === map.speed && isNone;
}

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
    const shown = made.filter((/** @type {any} */ each) => (each.imageUrl || each.videoUrl) && !each.removedAt);
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
 * Return how long each scene lasts with its voice, by its index. Those without media last as planned.
 * @param {any} work
 * @returns {Map<any, number>}
 */
export function secondsByScene(work) {
  const clips = new Map((work.generatedScenes ?? []).map((/** @type {any} */ made) => [made.sceneIndex, made.videoUrl && made.videoDuration]));
  return new Map(clipsOfScenes(work).map(({ scene, stillSeconds, leastSeconds: least }) => [scene, Math.max(clips.get(scene) || stillSeconds, least)]));
}

/** Return how long all scenes last, one after the other, with their voices. @param {any} work */
export const secondsOfScenes = (work) => [...secondsByScene(work).values()].reduce((sum, seconds) => sum + seconds, 0);

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

const FADE = "fade";
const NO_TRANSITION = new Set(["", CUT, "none"]);

const OTHER_NAMES = new Set(["wipe", "dissolve"]); // of "wipeleft" and "fade"

/** The transitions that operations accept, and those to choose from. */
export const TRANSITION_NAMES = [CUT, ...Object.keys(MOVEMENTS)];
export const TRANSITIONS = TRANSITION_NAMES.filter((name) => !OTHER_NAMES.has(name));

/** @type {Source} */
const UNKNOWN = { seconds: null, soundSeconds: null };

/**
 * Return the source of media; missing ones count as an image.
 * @param {Sources} sources @param {number|string} media
 * @returns {Source}
 */
export function sourceOf(sources, media) {
  return sources[media] ?? UNKNOWN;
}

/**
 * Return the movement of a transition; an unknown one is a fade.
 * @param {string} name
 */
export function movementOf(name) {
  return MOVEMENTS[name] ?? FADE;
}

/**
 * Return how long a transition between clips of two lengths lasts: half of either at most.
 * @param {string|undefined} name @param {number|undefined} seconds @param {number[]} lengths  frames
 * @param {Rate} rate
 */
export function transitionFrames(name, seconds, lengths, rate) {
  if (name === undefined || NO_TRANSITION.has(name)) return 0;
  const longest = Math.min(seconds ?? DEFAULT_TRANSITION_SECONDS, MAX_TRANSITION_SECONDS);
  const wanted = toFrame(Math.max(longest, 0), rate);
  return Math.min(wanted, ...lengths.map((length) => Math.floor(length / 2)));
}

/**
 * Return the places of the clips in order: one that overlaps the next ends where that begins.
 * A gap of one frame, which rounding can make, is closed.
 * @param {Clip[]} clips @param {Sources} sources @param {Rate} rate
 * @returns {PlacedClip[]}
 */
export function placeClips(clips, sources, rate) {
  const inOrder = withTimes(clips, sources).sort((a, b) => a.start - b.start);
  const starts = inOrder.map(({ start }) => toFrame(start, rate));
  /** @type {PlacedClip[]} */
  const placed = [];
  inOrder.forEach(({ clip, end }, number) => {
    const start = starts[number];
    const following = starts[number + 1];
    let stop = toFrame(end, rate);
    if (following !== undefined && (stop > following || stop === following - 1)) stop = following;
    if (stop > start) placed.push({ clip, start, end: stop, begin: start, transitionFrames: 0 });
  });
  return withTransitions(placed, rate);
}

/**
 * Return which time of its media a clip shows at each frame.
 * @param {PlacedClip} placed @param {Rate} rate
 * @returns {TimeMap}
 */
export function timeMapOf({ begin, clip }, rate) {
  return { begin, trim: clip.trim, rate, speed: clip.speed };
}

/**
 * Return for each clip the index of the one whose media it goes on with, without a jump: those are
 * the parts of a clip that was split. For other clips, it is their own index.
 * @param {PlacedClip[]} clips @param {Rate} rate
 * @returns {number[]}
 */
export function runStarts(clips, rate) {
  /** @type {number[]} */
  const starts = [];
  clips.forEach((placed, number) => {
    const before = clips[number - 1];
    const first = clips[starts[number - 1]] ?? placed;
    const isPart =
      before !== undefined &&
      mediaOf(before.clip) === mediaOf(placed.clip) &&
      before.end === placed.start &&
      placed.begin === placed.start &&
      goesOn(timeMapOf(first, rate), timeMapOf(placed, rate));
    starts.push(isPart ? starts[number - 1] : number);
  });
  return starts;
}

/** @param {Clip[]} clips @param {Sources} sources */
function withTimes(clips, sources) {
  let position = 0;
  return clips.map((clip) => {
    const start = clip.start ?? position;
    position = clip.end ?? start + lengthOf(clip, sourceOf(sources, mediaOf(clip)));
    return { clip, start, end: position };
  });
}

/** @param {Clip} clip @param {Source} source */
function lengthOf(clip, source) {
  const own = source.seconds === null ? clip.stillSeconds : Math.max(source.seconds - clip.trim, 0);
  return Math.max(own, clip.leastSeconds);
}

/**
 * Add the transitions: of each clip but the last one, to one that follows immediately. A transition
 * takes at most half of either place.
 * @param {PlacedClip[]} clips @param {Rate} rate
 * @returns {PlacedClip[]}
 */
function withTransitions(clips, rate) {
  const frames = clips.map((placed, number) => {
    const following = clips[number + 1];
    if (!following || placed.end !== following.start) return 0;
    const lengths = [placed.end - placed.start, following.end - following.start];
    return transitionFrames(placed.clip.transition, placed.clip.transitionSeconds, lengths, rate);
  });
  return clips.map((placed, number) => ({
    ...placed,
    begin: placed.start - (frames[number - 1] ?? 0),
    transitionFrames: frames[number],
  }));
}
