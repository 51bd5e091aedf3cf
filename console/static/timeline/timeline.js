/**
 * The timeline of a work: what the editor arranged, or else its scenes in order. The rules are those
 * of export/plan/from_work.py; items that an export would refuse are left out.
 *
 * Times are in seconds. Positions and sizes of overlays are in pixels of the frame that they were
 * arranged in, `arrangedWidth` wide; `scale` is the factor from it to the output.
 *
 * @typedef {{width: number, height: number, fps: number|null, fit: Fit, captions: string}} Output
 * @typedef {"contain"|"cover"|"blur"} Fit
 * @typedef {import("./placed-clips.js").Clip} Clip
 * @typedef {import("./geometry.js").Size} Size
 * @typedef {import("./voices.js").Voice & import("./work-sound.js").Speaking} SpeakingVoice
 *
 * @typedef {object} TextFields
 * @property {string} id
 * @property {string} text
 * @property {number} start
 * @property {number} end
 * @property {number} fontSize
 * @property {string} color
 * @property {number} centerX
 * @property {number} centerY
 * @property {string|null} fontAsset
 *
 * @typedef {TextFields & import("./text-looks.js").Look} Text
 *
 * @typedef {PictureFields & import("./text-looks.js").Animated} Picture
 *
 * @typedef {object} PictureFields
 * @property {string} id
 * @property {string} asset
 * @property {number} start
 * @property {number} end
 * @property {number} width
 * @property {number} height
 * @property {number} centerX
 * @property {number} centerY
 * @property {number} opacity
 * @property {number} rotation  degrees, clockwise
 * @property {boolean} keepAspect
 *
 * @typedef {object} Music
 * @property {string|null} id
 * @property {string} url
 * @property {number} volume
 * @property {number} start
 * @property {number|null} end  null: the end of the video
 * @property {number} trim
 * @property {number} fadeIn  seconds
 * @property {number} fadeOut  seconds
 *
 * @typedef {object} Timeline
 * @property {Output} output
 * @property {Clip[]} clips
 * @property {Text[]} texts
 * @property {Picture[]} pictures
 * @property {Music[]} music
 * @property {number|null} musicLevel  LUFS of the music beside voices; null: as its file is
 * @property {boolean} loopsMusic  whether it begins again where its file ends
 * @property {import("./plan.js").Song|null} song
 * @property {Cue[]} cues
 * @property {import("./caption-looks.js").CaptionLook} captionLook
 * @property {SpeakingVoice[]} voices
 * @property {Music[]} effects  sounds, which do not step back while someone speaks
 * @property {Music[]} recordings  sounds in which someone speaks
 * @property {Record<string, import("./plan.js").Song>} songs  what is known of these, by their addresses
 * @property {number} duck  by how many dB the music changes then
 * @property {boolean} ducksClips  whether clips do as well
 * @property {number} scale
 * @property {number} arrangedWidth
 * @property {number} first  seconds
 * @property {number|null} last  null: the end
 *
 * @typedef {object} Options  those of an export; by default the work's `exportSettings`
 * @property {number} [width]
 * @property {number} [height]
 * @property {number|"source"} [fps]
 * @property {Fit} [fit]
 * @property {string} [captions]
 * @property {number} [from]
 * @property {number} [to]
 * @property {Spoken[]} [narration]  what the voices say, as far as it is known
 * @property {import("./plan.js").Song|null} [song]  what is known of the music; null: it is being measured
 * @property {Record<string, import("./plan.js").Song>} [songs]  what is known of recordings, by their addresses
 */

import { versionedAudio } from "../urls.js";
import { linesOf } from "./caption-lines.js";
import { captionLook, lineColumns } from "./caption-looks.js";
import { fitted } from "./fitted-words.js";
import { clipsOf, clipsOfScenes, fadesOf, lasts } from "./placed-clips.js";
import { partsOf } from "./spoken-words.js";
import { reframed, virtualFrame } from "./reframing.js";
import { animationsIn, lookOf } from "./text-looks.js";
import { voiceSeconds, voicesOf } from "./voices.js";
import { duckOf, ducksClips, effectsOf, isMuted, recordingsOf, speaking } from "./work-sound.js";

/**
 * The captions of a work: its own, or what its voices say, or the scenes' texts. The rules are those of
 * export/plan/work_captions.py.
 *
 * @typedef {import("./spoken-words.js").Word} Word
 * @typedef {import("./voices.js").Voice} Voice
 * @typedef {{sceneIndex: number, spokenText: string|null, words: Word[]}} Spoken  what the voice of a scene says
 *
 * @typedef {object} Cue  a caption; without times it is shown while its scene is
 * @property {string} text
 * @property {number|null} start
 * @property {number|null} end
 * @property {number|null} scene
 * @property {Word[]} words  of its text, if their times are known
 * @property {number|null} voice  the scene with whose voice its times begin
 * @property {number} [from]  of a voice: the first of its parts of words, see spoken-words.js
 */

/** Captions of what a voice says, by how much of it is heard. @type {WeakMap<Word[], Map<string, Cue[]>>} */
const known = new WeakMap();

/**
 * @param {any} work @param {Voice[]} voices @param {Spoken[]} narration
 * @param {{width: number, height: number}} frame
 * @returns {Cue[]}
 */
function cuesOf(work, voices, narration, frame) {
  const captions = work.editorState?.captions ?? [];
  if (captions.length > 0) return captions.filter(lasts).map(ownCue);
  const columns = lineColumns(frame, captionLook(work));
  const spoken = new Map(narration.map((each) => [each.sceneIndex, each]));
  const said = voices.flatMap((voice) => captionsOfVoice(voice, spoken.get(voice.scene), columns));
  if (said.length > 0) return said;
  return (work.scenes ?? [])
    .filter((/** @type {any} */ scene) => (scene.text_overlay ?? "").trim() !== "")
    .map((/** @type {any} */ scene) => ({
      text: scene.text_overlay, start: null, end: null, scene: scene.scene_index, words: [], voice: null,
    }));
}

/** @param {any} caption @returns {Cue} */
function ownCue({ text, start, end, words }) {
  const found = words?.length ? fitted(text, words).map(bare) : [];
  return { text, start, end, scene: null, words: found, voice: null };
}

/**
 * Return the captions of a voice, whose clock begins with it.
 * @param {Pick<Voice, "scene" | "trim" | "speed" | "length" | "volume">} voice
 * @param {Pick<Spoken, "spokenText" | "words">|undefined} spoken @param {number} columns
 * @returns {Cue[]}
 */
export function captionsOfVoice(voice, spoken, columns) {
  const { scene, trim, speed, length, volume } = voice;
  if (!spoken?.words.length || volume === 0 || length === 0) return [];
  const key = JSON.stringify([scene, trim, speed, length, columns, spoken.spokenText]);
  const before = known.get(spoken.words) ?? new Map();
  known.set(spoken.words, before);
  if (!before.has(key)) {
    const all = partsOf(fitted(spoken.spokenText, spoken.words));
    const heard = all
      .filter((word) => word.end > trim && word.start < trim + length * speed)
      .map((word) => ({
        ...word,
        start: Math.max((word.start - trim) / speed, 0),
        end: Math.min((word.end - trim) / speed, length),
      }));
    let from = all.filter((word) => word.end <= trim).length;
    const cues = linesOf(heard, columns).map((line) => {
      const cue = { ...line, words: line.words.map(bare), scene: null, voice: scene, from };
      from += line.words.length;
      return cue;
    });
    before.set(key, cues);
  }
  return before.get(key);
}

/** @param {Word} word @returns {Word} */
function bare({ text, start, end }) {
  return { text, start, end };
}

const ROUNDED = 2; // pixels of a side that are lost where sides are rounded to even numbers
const MUSIC_MARGIN = 0.5; // seconds: a window is rounded to frames, music is not
const SPEECH_MARGIN = 1; // seconds: music steps back before and after

/**
 * @param {any} work  as the API answers it
 * @param {Options} [options]
 * @returns {Timeline}
 */
export function timelineOfWork(work, options = {}) {
  const state = work.editorState ?? {};
  const arranged = { ...work.resolution, fps: 30, ...state.exportSettings };
  const output = outputOf(options, arranged);
  const frame = frameFor(output, arranged);
  const arrangedClips = clipsOf(state);
  const voices = voicesOf(voiceSeconds(work), state);
  const isArranged = arrangedClips.length > 0 || state.editorData?.arranged === true;
  const clips = isArranged ? arrangedClips : clipsOfScenes(work);
  const shown = new Set(clips.map(({ scene }) => scene));
  return withinWindow({
    output,
    clips: isMuted(work) ? clips.map((clip) => ({ ...clip, volume: 0 })) : clips,
    texts: textsOf(state, arranged, frame),
    pictures: picturesOf(state, arranged, frame),
    music: musicOf(work, state),
    musicLevel: (state.audioUrl && state.audioLevel) ?? null,
    loopsMusic: Boolean(state.audioUrl && state.audioLoop),
    song: options.song === undefined ? {} : options.song,
    cues: cuesOf(work, voices.filter(({ start, scene }) => start !== null || shown.has(scene)), options.narration ?? [], output),
    captionLook: captionLook(work),
    voices: speaking(work, voices, options.narration ?? []),
    effects: effectsOf(work),
    recordings: recordingsOf(work),
    songs: options.songs ?? {},
    duck: duckOf(work),
    ducksClips: ducksClips(work),
    scale: Math.min(output.width / frame.width, output.height / frame.height),
    arrangedWidth: frame.width,
    first: options.from ?? 0,
    last: options.to ?? null,
  });
}

/** @param {Options} options @param {any} defaults @returns {Output} */
function outputOf(options, defaults) {
  const fps = options.fps ?? defaults.fps;
  return {
    width: even(options.width ?? defaults.width),
    height: even(options.height ?? defaults.height),
    fps: fps === "source" ? null : fps,
    fit: options.fit ?? defaults.fit ?? "contain",
    captions: options.captions ?? "none",
  };
}

/**
 * Return the frame in which overlays have to be arranged for an output: theirs, or one of the output's
 * shape that has the same shorter side.
 * @param {Size} output @param {Size} arranged @returns {Size}
 */
function frameFor(output, arranged) {
  const scale = Math.min(output.width / arranged.width, output.height / arranged.height);
  const lacks = Math.max(output.width - arranged.width * scale, output.height - arranged.height * scale);
  return lacks < ROUNDED ? arranged : virtualFrame(arranged, output);
}

/** @param {number} size */
function even(size) {
  return Math.floor(size / 2) * 2;
}

/**
 * Return the overlays of a kind that are on their track, each with its action, in a frame.
 * @param {any} state @param {"text"|"picture"} kind @param {Size} arranged @param {Size} frame
 * @returns {{action: any, overlay: any}[]}
 */
function placed(state, kind, arranged, frame) {
  const [track, name] = kind === "text" ? ["textTrack", "textOverlays"] : ["imageTrack", "imageOverlays"];
  const overlays = state[name] ?? {};
  return (state.editorData?.[track] ?? [])
    .filter(lasts)
    .filter((/** @type {any} */ action) => Object.hasOwn(overlays, action.id))
    .map((/** @type {any} */ action) => ({ action, overlay: reframed(kind, overlays[action.id], arranged, frame) }));
}

/** @param {any} state @param {Size} arranged @param {Size} frame @returns {Text[]} */
function textsOf(state, arranged, frame) {
  return placed(state, "text", arranged, frame).map(({ action, overlay }) => ({
    id: action.id,
    text: overlay.text,
    start: action.start,
    end: action.end,
    fontSize: overlay.fontSize,
    color: overlay.fontColor,
    centerX: overlay.centerX,
    centerY: overlay.centerY,
    fontAsset: overlay.fontAssetId ?? null,
    ...lookOf(overlay),
  }));
}

/** @param {any} state @param {Size} arranged @param {Size} frame @returns {Picture[]} */
function picturesOf(state, arranged, frame) {
  return placed(state, "picture", arranged, frame).map(({ action, overlay }) => ({
    id: action.id,
    asset: overlay.assetId,
    start: action.start,
    end: action.end,
    width: overlay.width,
    height: overlay.height,
    centerX: overlay.centerX,
    centerY: overlay.centerY,
    opacity: overlay.opacity,
    rotation: overlay.rotation,
    keepAspect: overlay.maintainAspectRatio ?? true,
    ...animationsIn(overlay),
  }));
}

/** @param {any} work @param {any} state @returns {Music[]} */
function musicOf(work, state) {
  if (!state.audioUrl) return [];
  const url = versionedAudio(work, state.audioUrl);
  const volume = state.audioVolume ?? 1;
  const track = state.editorData?.audioTrack ?? [];
  if (track.length === 0) return [{ id: null, url, volume, start: 0, end: null, trim: 0, ...fadesOf({}) }];
  const places = track.filter(lasts).map((/** @type {any} */ action) => ({
    id: action.id,
    url,
    volume,
    start: action.start,
    end: action.end,
    trim: action.trimStart ?? 0,
    ...fadesOf(action),
  }));
  return places.sort((/** @type {Music} */ a, /** @type {Music} */ b) => a.start - b.start);
}

/**
 * Return the timeline without the overlays and the music of other times than `first` to `last`.
 * @param {Timeline} timeline
 * @returns {Timeline}
 */
function withinWindow(timeline) {
  const { first, last } = timeline;
  const isShown = (/** @type {any} */ { start, end }, margin = 0) =>
    (last === null || start < last + margin) && (end === null || end > first - margin);
  return {
    ...timeline,
    texts: timeline.texts.filter((each) => isShown(each)),
    pictures: timeline.pictures.filter((each) => isShown(each)),
    music: timeline.music.filter((each) => isShown(each, MUSIC_MARGIN)),
    effects: timeline.effects.filter((each) => isShown(each, MUSIC_MARGIN)),
    recordings: timeline.recordings.filter((each) => isShown(each, SPEECH_MARGIN)),
  };
}
