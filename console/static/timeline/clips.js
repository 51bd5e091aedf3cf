/**
 * Edits of the video track. Clips stay in order and never overlap: what makes one longer, shorter or
 * go away moves those behind it. Overlays and music keep their times.
 *
 * @typedef {import("./editor-state.js").State} State
 * @typedef {import("./editor-state.js").Action} Action
 * @typedef {import("./placed-clips.js").Sources} Sources
 */

import { MIN_SECONDS, actionsOf, newId, rateOf, settingsOf, withActions } from "./editor-state.js";
import { exactRate, toFrame, toSeconds } from "./frames.js";
import { isArranged } from "./size.js";
import { placeClips } from "./placed-clips.js";
import { CUT, clipsOf, clipsOfScenes } from "./timeline.js";

/**
 * Return the work's state with its clips on the video track: its scenes in order if it is empty. With
 * nothing on any track, it has the size of the brief.
 * @param {any} work @param {Sources} sources
 * @returns {State}
 */
export function arrange(work, sources) {
  const stored = work.editorState ?? {};
  if (actionsOf(stored, "videoTrack").length > 0) return stored;
  const exportSettings = { ...settingsOf(stored), ...work.resolution };
  const state = isArranged(stored) ? stored : { ...stored, exportSettings };
  const rate = exactRate(settingsOf(state).fps);
  const placed = placeClips(clipsOfScenes(work), sources, rate);
  const actions = placed.map(({ clip, start, end }, number) => ({
    id: `clip-${number + 1}`,
    start: toSeconds(start, rate),
    end: toSeconds(end, rate),
    sceneIndex: clip.scene,
    trimStart: 0,
    transitionType: clip.transition,
    transitionDuration: clip.transitionSeconds,
  }));
  return actions.length > 0 ? withActions(state, "videoTrack", actions) : state;
}

/**
 * Return the clips by their times. A clip without a scene has that of its place on the track.
 * @param {State} state
 * @returns {Action[]}
 */
export function clipsInOrder(state) {
  return actionsOf(state, "videoTrack")
    .map((action, number) => ({ ...action, sceneIndex: action.sceneIndex ?? number }))
    .sort((a, b) => a.start - b.start);
}

/**
 * Put a clip at another place among the others, from 0 on.
 * @param {State} state @param {string} id @param {number} index
 * @returns {State}
 */
export function moveClip(state, id, index) {
  const clips = clipsInOrder(state);
  const from = clips.findIndex((clip) => clip.id === id);
  const to = Math.max(0, Math.min(index, clips.length - 1));
  if (from < 0 || from === to) return state;
  const clip = clips[from];
  return withActions(state, "videoTrack", inserted(without(clips, from), to, clip));
}

/**
 * Let a clip begin at a time, after the one before it; those behind it follow.
 * @param {State} state @param {string} id @param {number} start  seconds
 * @returns {State}
 */
export function startClipAt(state, id, start) {
  const clips = clipsInOrder(state);
  const index = clips.findIndex((clip) => clip.id === id);
  if (index < 0) return state;
  const by = Math.max(start, clips[index - 1]?.end ?? 0) - clips[index].start;
  return by ? withActions(state, "videoTrack", shifted(clips, index, by)) : state;
}

/**
 * Let a clip's media begin elsewhere; the clip begins when it did, and ends with the same picture.
 * @param {State} state @param {string} id @param {number} trim  seconds of the media
 * @returns {State}
 */
export function trimClipStart(state, id, trim) {
  const clip = clipsInOrder(state).find((each) => each.id === id);
  if (!clip) return state;
  const before = clip.trimStart ?? 0;
  const latest = before + clip.end - clip.start - MIN_SECONDS;
  const after = Math.max(0, Math.min(trim, latest));
  return changeLength(state, id, clip.end - clip.start - (after - before), after);
}

/**
 * Let a clip end at another time.
 * @param {State} state @param {string} id @param {number} end  seconds
 * @returns {State}
 */
export function trimClipEnd(state, id, end) {
  const clip = clipsInOrder(state).find((each) => each.id === id);
  if (!clip) return state;
  return changeLength(state, id, Math.max(end - clip.start, MIN_SECONDS), clip.trimStart ?? 0);
}

/**
 * Show another part of a clip's media, as long as before.
 * @param {State} state @param {string} id @param {number} trim  seconds of the media
 * @returns {State}
 */
export function slipClip(state, id, trim) {
  const clip = clipsInOrder(state).find((each) => each.id === id);
  return clip ? changeLength(state, id, clip.end - clip.start, Math.max(0, trim)) : state;
}

/**
 * Divide a clip at a time, so that nothing looks different. It has to be at least MIN_SECONDS from
 * both ends.
 * @param {State} state @param {string} id @param {number} time  seconds of the timeline
 * @returns {State}
 */
export function splitClip(state, id, time) {
  const clips = clipsInOrder(state);
  const index = clips.findIndex((clip) => clip.id === id);
  const rate = rateOf(state);
  const frame = toFrame(time, rate);
  const at = toSeconds(frame, rate);
  const clip = clips[index];
  if (!clip || at - clip.start < MIN_SECONDS || clip.end - at < MIN_SECONDS) return state;
  const first = withTrim({ ...clip, end: at, transitionType: CUT }, clip.trimStart ?? 0);
  const second = { ...clip, id: newId(state, "clip"), start: at };
  const divide = (/** @type {Action} */ last) =>
    withActions(state, "videoTrack", [...clips.slice(0, index), first, last, ...clips.slice(index + 1)]);
  // The media begins with the transition before, whose length may depend on that of the first part.
  const placed = placeClips(clipsOf(divide(second)), {}, rate);
  const begin = placed.find((each) => each.clip.id === id)?.begin ?? toFrame(clip.start, rate);
  return divide(withTrim(second, (clip.trimStart ?? 0) + toSeconds(frame - begin, rate)));
}

/** @param {State} state @param {string} id @returns {State} */
export function removeClip(state, id) {
  const clips = clipsInOrder(state);
  const index = clips.findIndex((clip) => clip.id === id);
  return index < 0 ? state : withActions(state, "videoTrack", without(clips, index));
}

/**
 * Add a scene at a place among the clips.
 * @param {State} state @param {number} scene @param {number} seconds @param {number} index
 * @returns {State}
 */
export function addClip(state, scene, seconds, index = Infinity) {
  const clips = clipsInOrder(state);
  const clip = { id: newId(state, "clip"), start: 0, end: seconds, sceneIndex: scene, trimStart: 0 };
  return withActions(state, "videoTrack", inserted(clips, Math.min(index, clips.length), clip));
}

/**
 * Set the transition from a clip to the next.
 * @param {State} state @param {string} id @param {{type?: string, seconds?: number}} transition
 * @returns {State}
 */
export function setTransition(state, id, { type, seconds }) {
  const clips = clipsInOrder(state).map((clip) => {
    if (clip.id !== id) return clip;
    const transitionType = type ?? clip.transitionType ?? CUT;
    const transitionDuration = seconds ?? clip.transitionDuration;
    return { ...clip, transitionType, ...(transitionDuration !== undefined && { transitionDuration }) };
  });
  return withActions(state, "videoTrack", clips);
}

/** @param {State} state @param {string} id @param {number} seconds @param {number} trim */
function changeLength(state, id, seconds, trim) {
  const clips = clipsInOrder(state);
  const index = clips.findIndex((clip) => clip.id === id);
  const clip = clips[index];
  const by = seconds - (clip.end - clip.start);
  if (!by && trim === (clip.trimStart ?? 0)) return state;
  const changed = withTrim({ ...clip, end: clip.start + seconds }, trim);
  const rest = shifted(clips, index + 1, by);
  return withActions(state, "videoTrack", rest.map((each) => (each.id === id ? changed : each)));
}

/** @param {Action} clip @param {number} trim @returns {Action} */
function withTrim(clip, trim) {
  const trimEnd = trim + clip.end - clip.start;
  return { ...clip, trimStart: trim, ...("trimEnd" in clip && { trimEnd }) };
}

/** @param {Action[]} clips @param {number} from @param {number} by @returns {Action[]} */
function shifted(clips, from, by) {
  return clips.map((clip, index) =>
    index < from ? clip : { ...clip, start: clip.start + by, end: clip.end + by },
  );
}

/** Take a clip out; those behind it begin earlier. @param {Action[]} clips @param {number} index */
function without(clips, index) {
  const { start, end } = clips[index];
  const following = clips[index + 1];
  const rest = clips.filter((_, number) => number !== index);
  return following ? shifted(rest, index, start - Math.min(end, following.start)) : rest;
}

/**
 * Put a clip before the one with an index; that and those behind it begin later.
 * @param {Action[]} clips @param {number} index @param {Action} clip
 */
function inserted(clips, index, clip) {
  const length = clip.end - clip.start;
  const start = clips[index]?.start ?? clips.at(-1)?.end ?? 0;
  const moved = { ...clip, start, end: start + length };
  const rest = shifted(clips, index, length);
  return [...rest.slice(0, index), moved, ...rest.slice(index)];
}
