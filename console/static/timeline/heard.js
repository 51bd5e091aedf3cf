/**
 * What is heard of a timeline: the clips, the music, sound effects and voices, each from its start to its end.
 * Parts that go on without a jump are one. The rules are those of export/render/sound_args.py.
 *
 * @typedef {import("./envelope.js").Envelope} Envelope
 * @typedef {import("./plan.js").Plan} Plan
 * @typedef {import("./placed-clips.js").Sources} Sources
 * @typedef {import("./timeline.js").Music} Music
 * @typedef {import("./timeline.js").Timeline} Timeline
 *
 * @typedef {object} Place
 * @property {string} url  of the file
 * @property {number} at  seconds of the file, at the start
 * @property {number} speed  seconds of the file in one of the timeline
 * @property {number} [clip]  of a clip: index into `plan.clips`
 * @property {number} [seconds]  how long the file sounds, where that is known
 * @property {import("./work-sound.js").Mending} [mending]  of a voice's channels
 * @property {boolean} [isDucked]  it steps back while someone speaks
 * @property {number} [turn]  of music: its number, as one that is repeated overlaps the one before
 *
 * @typedef {Envelope & Place} Heard
 */

import { toSeconds } from "./frames.js";
import { NORMAL_SPEED, sourceOf } from "./placed-clips.js";

const JUMP = 0.01; // seconds: less, in the times of music, comes from rounding

/**
 * @param {Timeline} timeline @param {Plan} plan @param {Sources} sources
 * @returns {Heard[]}
 */
export function heardOf(timeline, plan, sources) {
  const heard = [
    ...clipsHeard(plan, sources).map((each) => ({ ...each, isDucked: timeline.ducksClips })),
    ...musicHeard(timeline, plan),
    ...soundsHeard(timeline.effects, plan),
    ...soundsHeard(plan.recordings, plan),
    ...voicesHeard(plan),
  ];
  return heard.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
}

/**
 * Return the time of the file that is heard at a time.
 * @param {Heard} heard @param {number} time
 */
export function heardAt({ start, at, speed }, time) {
  return at + (time - start) * speed;
}

/** @param {Plan} plan @param {Sources} sources @returns {Heard[]} */
function clipsHeard({ sounds, rate }, sources) {
  /** @type {import("./plan.js").Sound[]} */
  const joined = [];
  for (const sound of sounds) {
    const before = sound.continues ? joined.pop() : undefined;
    joined.push(before ? { ...before, frames: sound.start + sound.frames - before.start, fadeOut: sound.fadeOut } : sound);
  }
  return joined.map(({ media, at, clip, start, frames, fadeIn, fadeOut, speed, volume }) => {
    const { url = "", soundSeconds } = sourceOf(sources, media);
    const seconds = soundSeconds ?? undefined;
    const [begin, end] = [start, start + frames].map((frame) => toSeconds(frame, rate));
    const fades = { fadeIn: toSeconds(fadeIn, rate), fadeOut: toSeconds(fadeOut, rate) };
    return ended({ url, at, speed, clip, seconds, start: begin, end, volume, ...fades });
  });
}

/**
 * Return the music. One that is changed is a buffer if it is short, since its turns have to meet.
 * @param {Timeline} timeline @param {Plan} plan @returns {Heard[]}
 */
function musicHeard({ music, song }, plan) {
  const seconds = plan.music === music ? undefined : song?.seconds;
  return tracksHeard(plan.music, plan).map((each, turn) => ({ ...each, seconds, isDucked: true, turn }));
}

/** @param {Music[]} sounds @param {Plan} plan @returns {Heard[]} */
function soundsHeard(sounds, plan) {
  return tracksHeard(sounds, plan).map((each) => ({ ...each, seconds: each.end - each.start }));
}

/** @param {Music[]} music @param {Plan} plan @returns {Heard[]} */
function tracksHeard(music, { last, rate }) {
  /** @type {Music[]} */
  const joined = [];
  for (const each of music) {
    const before = continues(each, joined.at(-1)) ? joined.pop() : undefined;
    joined.push(before ? { ...before, end: each.end, fadeOut: each.fadeOut } : each);
  }
  const stop = toSeconds(last, rate);
  return joined.map(({ url, trim, start, end, volume, fadeIn, fadeOut }) => {
    const place = { start: Math.max(0, start), end: Math.min(end ?? stop, stop) };
    const length = place.end - place.start;
    const fades = { fadeIn: Math.min(fadeIn, length), fadeOut: Math.min(fadeOut, length) };
    return { url, at: trim, speed: NORMAL_SPEED, volume, ...place, ...fades };
  });
}

/** @param {Plan} plan @returns {Heard[]} */
function voicesHeard({ voices, last, rate }) {
  const stop = toSeconds(last, rate);
  return voices.map(({ url, trim, speed, seconds, start, end, gain, mending }) => {
    const place = { start: Math.max(0, start), end: Math.min(end, stop) };
    return { url, at: trim, speed, seconds, volume: gain, ...place, fadeIn: 0, fadeOut: 0, mending };
  });
}

/**
 * Return a sound that ends with its file, if that is earlier and it does not fade out.
 * @param {Heard & {seconds: number|undefined}} heard
 * @returns {Heard}
 */
function ended(heard) {
  const { seconds, start, end, at, speed, fadeOut } = heard;
  if (seconds === undefined || fadeOut > 0) return heard;
  return { ...heard, end: Math.min(end, start + (seconds - at) / speed) };
}

/**
 * Return whether music goes on from other music without a jump: it was split there.
 * @param {Music} music @param {Music|undefined} before
 */
function continues(music, before) {
  if (!before || before.end === null || music.fadeIn || before.fadeOut) return false;
  const isSame = music.url === before.url && music.volume === before.volume;
  const jump = music.trim - before.trim - (music.start - before.start);
  return isSame && Math.abs(music.start - before.end) < JUMP && Math.abs(jump) < JUMP;
}
