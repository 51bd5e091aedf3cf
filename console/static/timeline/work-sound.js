/**
 * What a work sounds like, beside its clips and its music: voices and sound effects. The rules are those
 * of export/plan/work_sound.py.
 *
 * @typedef {import("./ducking.js").Speech} Speech
 * @typedef {import("./timeline.js").Music} Music
 * @typedef {import("./voices.js").Voice} Voice
 *
 * @typedef {object} Mending  what is put right before the gain
 * @property {number[]} offsets  what is taken from the samples of both channels
 * @property {string} channels  "left", "right", "opposite" or "": as in `generatedScenes`
 *
 * @typedef {object} Speaking
 * @property {string} url  of its file
 * @property {number} gain  a factor, by which it is as loud as others, times its volume
 * @property {Mending} [mending]  of its channels
 * @property {Speech[]} speech  when it speaks, in seconds of the timeline after its start
 */

import { assetApi, versionedVoice } from "../urls.js";
import { fadesOf, lasts } from "./placed-clips.js";
import { duckingOf, gainOf, speechOfVoice } from "./ducking.js";
import { DEFAULT_DUCK } from "./facts.js";

/**
 * Return voices with what is heard of them.
 * @param {any} work @param {Voice[]} voices @param {import("./timeline.js").Spoken[]} narration
 * @returns {(Voice & Speaking)[]}
 */
export function speaking(work, voices, narration) {
  if (voices.length === 0) return [];
  const words = new Map(narration.map((each) => [each.sceneIndex, each.words]));
  const made = new Map(work.generatedScenes.map((/** @type {any} */ each) => [each.sceneIndex, each]));
  return voices.map((voice) => {
    const { voiceUrl, voiceGain = 0, voiceUpdatedAt, voiceOffsets, voiceChannels = "" } = made.get(voice.scene);
    const isMended = Boolean(voiceOffsets || voiceChannels);
    const place = { start: 0, end: voice.length };
    return {
      ...voice,
      url: versionedVoice(voiceUrl, voiceUpdatedAt),
      gain: voice.volume * gainOf(voiceGain),
      ...(isMended ? { mending: { offsets: voiceOffsets ?? [0, 0], channels: voiceChannels } } : {}),
      speech: speechOfVoice(place, words.get(voice.scene) ?? [], voice.trim, voice.speed),
    };
  });
}

/** Return the sound effects in order. @param {any} work @returns {Music[]} */
export const effectsOf = (work) => soundsOf(work, false);

/** Return the sounds in which someone speaks, in order. @param {any} work @returns {Music[]} */
export const recordingsOf = (work) => soundsOf(work, true);

/** @param {any} work @param {boolean} areVoices @returns {Music[]} */
function soundsOf({ projectId, editorState }, areVoices) {
  const track = (editorState?.editorData?.soundTrack ?? []).filter(lasts).filter((/** @type {any} */ { voice }) => Boolean(voice) === areVoices);
  return track
    .map((/** @type {any} */ action) => ({
      id: action.id,
      url: assetApi(projectId, action.assetId),
      volume: action.volume ?? 1,
      start: action.start,
      end: action.end,
      trim: action.trimStart ?? 0,
      ...fadesOf(action),
    }))
    .filter((/** @type {Music} */ { volume }) => volume > 0)
    .sort((/** @type {Music} */ a, /** @type {Music} */ b) => a.start - b.start);
}

/** Return by how many dB the music changes while someone speaks. @param {any} work */
export function duckOf({ sound }) {
  return sound?.duck ?? DEFAULT_DUCK;
}

/** Return whether the clips' own sound is not heard. @param {any} work */
export function isMuted({ sound }) {
  return sound?.clips === "mute";
}

/** Return whether the clips' own sound steps back while someone speaks, as music does. @param {any} work */
export function ducksClips({ sound }) {
  return sound?.clips === "duck";
}

/** Return whether anything is heard of a voice. @param {{gain: number, length: number}} voice */
export function isHeard({ gain, length }) {
  return gain > 0 && length > 0;
}

/**
 * Return the envelope of what steps back under placed voices and recordings.
 * @param {(import("./voices.js").PlacedVoice & Speaking)[]} voices @param {Music[]} recordings @param {number} duck
 */
export function duckingUnder(voices, recordings, duck) {
  const spans = voices.filter(isHeard).flatMap(({ start, speech }) =>
    speech.map((each) => ({ start: start + each.start, end: start + each.end })),
  );
  const spoken = recordings.map(({ start, end }) => ({ start: Math.max(start, 0), end: end ?? 0 }));
  return duckingOf([...spans, ...spoken], duck);
}
