/**
 * From a timeline to what is shown and heard: segments of frames, in which nothing changes but the
 * pictures of the sources, and sounds. The rules are those of export/plan/plan.py.
 *
 * @typedef {import("./frames.js").Rate} Rate
 * @typedef {import("./frames.js").Span} Span
 * @typedef {import("./framing.js").Framing} Framing
 * @typedef {import("./placed-clips.js").PlacedClip} PlacedClip
 * @typedef {import("./placed-clips.js").Sources} Sources
 * @typedef {import("./sounds.js").Sound} Sound
 * @typedef {import("./timeline.js").Timeline} Timeline
 *
 * @typedef {{media: number|string, at: number, speed: number, framing: Framing|null, clip: number}} View
 *   media from a time on, in seconds of the media, and the index of its clip in the plan
 *
 * @typedef {object} Segment
 * @property {number} start
 * @property {number} frames
 * @property {View|null} view  null: black
 * @property {View|null} incoming  of a transition; both views begin with it
 * @property {string} transition  its movement
 * @property {number} transitionFrames
 * @property {number} skip  frames of the transition before the segment
 * @property {number[]} overlays  indexes into texts, then pictures, then burned captions
 *
 * @typedef {object} Plan  segments follow each other from frame `first` up to `last`
 * @property {Rate} rate
 * @property {number} first
 * @property {number} last
 * @property {PlacedClip[]} clips
 * @property {Segment[]} segments
 * @property {Sound[]} sounds
 * @property {Span[]} spans  of texts, then pictures
 * @property {Span[][]} cues  of each caption, one for every time that it is visible
 * @property {import("./animations.js").Animation[][]} animations  of texts, then pictures
 * @property {(import("./voices.js").PlacedVoice & import("./work-sound.js").Speaking)[]} voices  in the
 *   order of their starts
 * @property {import("./timeline.js").Music[]} music  as it is heard
 * @property {import("./ducking.js").Point[]} ducking  the envelope of what steps back
 * @property {Map<number, import("./cue-spans.js").State[]>} spoken  which words of burned captions are
 *   spoken when, by the indexes of overlays
 */

import { animationsOf } from "./animations.js";
import { followsWords } from "./caption-looks.js";
import { mediaOf } from "./clips.js";
import { cueSpans, statesOf } from "./cue-spans.js";
import { MAX_FPS, MIN_FPS } from "./facts.js";
import { exactRate, perSecond, toFrame, toSeconds, toSpan } from "./frames.js";
import { framingOf } from "./framing.js";
import { heardMusic } from "./music-bed.js";
import { movementOf, placeClips, sourceOf, timeMapOf } from "./placed-clips.js";
import { soundsOf } from "./sounds.js";
import { mediaAt } from "./time-map.js";
import { placeVoices } from "./voices.js";
import { duckingUnder, isHeard } from "./work-sound.js";

const DEFAULT_RATE = { num: 30, den: 1 };

/**
 * @param {Timeline} timeline @param {Sources} sources
 * @returns {Plan} without segments if nothing is left between `first` and `last`
 */
export function makePlan(timeline, sources) {
  const rate = rateOf(timeline, sources);
  const clips = placeClips(timeline.clips, sources, rate);
  const end = clips.at(-1)?.end ?? 0;
  const first = Math.min(toFrame(Math.max(timeline.first, 0), rate), end);
  const wanted = timeline.last === null ? end : Math.min(toFrame(timeline.last, rate), end);
  const last = Math.max(wanted, first);
  const spans = [...timeline.texts, ...timeline.pictures].map((each) =>
    toSpan(each.start, each.end, rate),
  );
  const voices = voicesIn(timeline, clips, rate);
  const starts = new Map(voices.map((voice) => [voice.scene, voice.start]));
  const cues = cueSpans(timeline.cues, clips, starts, rate);
  const burned = timeline.output.captions === "burn" ? cues : [];
  const animations = animationsOf([...timeline.texts, ...timeline.pictures], spans, rate);
  const overlays = [...spans.map((span) => [span]), ...burned];
  return {
    rate,
    first,
    last,
    clips,
    segments: segmentsOf(clips, overlays, animations.flat(), { start: first, end: last }, rate),
    sounds: soundsOf(clips, sources, { start: first, end: last }, rate),
    spans,
    cues,
    animations,
    voices,
    music: heardMusic(timeline, toSeconds(last, rate), voices.some(isHeard)),
    ducking: duckingUnder(voices, timeline.duck),
    spoken: spokenIn(timeline, cues, starts, rate),
  };
}

/**
 * Return the frame rate of the output: by default that of the clips that last longest.
 * @param {Timeline} timeline @param {Sources} sources
 * @returns {Rate}
 */
function rateOf(timeline, sources) {
  if (timeline.output.fps !== null) return exactRate(timeline.output.fps);
  /** @type {Map<number, {rate: Rate, seconds: number}>} */
  const found = new Map();
  for (const clip of timeline.clips) {
    const { fps, seconds } = sourceOf(sources, mediaOf(clip));
    if (!fps || !seconds) continue;
    const rate = exactRate(Math.min(Math.max(fps, MIN_FPS), MAX_FPS));
    const before = found.get(perSecond(rate))?.seconds ?? 0;
    found.set(perSecond(rate), { rate, seconds: before + seconds });
  }
  const longest = [...found.values()].sort(
    (a, b) => b.seconds - a.seconds || perSecond(b.rate) - perSecond(a.rate),
  );
  return longest[0]?.rate ?? DEFAULT_RATE;
}

/**
 * @param {PlacedClip[]} clips @param {Span[][]} overlays
 * @param {import("./animations.js").Animation[]} animations @param {Span} window @param {Rate} rate
 * @returns {Segment[]}
 */
function segmentsOf(clips, overlays, animations, window, rate) {
  const edges = new Set([window.start, window.end]);
  for (const { start, end, transitionFrames } of clips) {
    [start, end - transitionFrames, end].forEach((edge) => edges.add(edge));
  }
  for (const { start, end } of overlays.flat()) {
    if (end > start) [start, end].forEach((edge) => edges.add(edge));
  }
  for (const { start, frames } of animations) [start, start + frames].forEach((edge) => edges.add(edge));
  const inside = [...edges]
    .filter((edge) => window.start <= edge && edge <= window.end)
    .sort((a, b) => a - b);
  let position = 0;
  const visibleAt = visibleOverlays(overlays);
  return inside.slice(0, -1).map((start, number) => {
    while (position < clips.length && clips[position].end <= start) position += 1;
    const segment = segmentOf({ start, end: inside[number + 1] }, clips, position, rate);
    return { ...segment, overlays: visibleAt(start) };
  });
}

/**
 * Return a function that returns which overlays are visible at a frame; frames are asked for in
 * order.
 * @param {Span[][]} overlays
 * @returns {(frame: number) => number[]}
 */
function visibleOverlays(overlays) {
  const changes = overlays.flatMap((spans, index) =>
    spans.flatMap(({ start, end }) =>
      end > start ? [{ frame: start, begins: true, index }, { frame: end, begins: false, index }] : [],
    ),
  );
  // Of a frame, what ends comes first.
  changes.sort((a, b) => a.frame - b.frame || Number(a.begins) - Number(b.begins));
  /** @type {Set<number>} */
  const visible = new Set();
  let next = 0;
  return (frame) => {
    for (; next < changes.length && changes[next].frame <= frame; next += 1) {
      const { begins, index } = changes[next];
      if (begins) visible.add(index);
      else visible.delete(index);
    }
    return [...visible].sort((a, b) => a - b);
  };
}

/**
 * @param {Span} span @param {PlacedClip[]} clips @param {number} position @param {Rate} rate
 * @returns {Segment}
 */
function segmentOf(span, clips, position, rate) {
  const [placed, following] = [clips[position], clips[position + 1]];
  const segment = {
    start: span.start,
    frames: span.end - span.start,
    view: null,
    incoming: null,
    transition: "",
    transitionFrames: 0,
    skip: 0,
    overlays: [],
  };
  if (!placed || span.start < placed.start) return segment;
  const begin = placed.end - placed.transitionFrames;
  if (!placed.transitionFrames || span.start < begin || !following) {
    return { ...segment, view: viewOf(placed, position, span.start, rate) };
  }
  return {
    ...segment,
    view: viewOf(placed, position, begin, rate),
    incoming: viewOf(following, position + 1, begin, rate),
    transition: movementOf(placed.clip.transition),
    transitionFrames: placed.transitionFrames,
    skip: span.start - begin,
  };
}

/** @param {PlacedClip} placed @param {number} index @param {number} frame @param {Rate} rate @returns {View} */
function viewOf(placed, index, frame, rate) {
  const map = timeMapOf(placed, rate);
  const framing = framingOf(placed.clip, placed.end - placed.begin, frame - placed.begin);
  return { media: mediaOf(placed.clip), at: mediaAt(map, frame), speed: map.speed, framing, clip: index };
}

/**
 * Return where voices are heard: by default with the first clips of their scenes.
 * @param {Timeline} timeline @param {PlacedClip[]} clips @param {Rate} rate
 */
function voicesIn({ voices }, clips, rate) {
  if (voices.length === 0) return [];
  const starts = new Map(clips.toReversed().map(({ clip, start }) => [clip.scene, start]));
  return placeVoices(voices, starts, rate);
}

/**
 * Return which words of burned captions are spoken when, by the indexes of overlays.
 * @param {Timeline} timeline @param {Span[][]} cues @param {Map<number, number>} starts @param {Rate} rate
 * @returns {Map<number, import("./cue-spans.js").State[]>}
 */
function spokenIn(timeline, cues, starts, rate) {
  const first = timeline.texts.length + timeline.pictures.length;
  if (timeline.output.captions !== "burn" || !followsWords(timeline.captionLook)) return new Map();
  return new Map(
    timeline.cues.flatMap((cue, index) => {
      if (cue.words.length === 0 || cues[index].length === 0) return [];
      const offset = cue.voice === null ? 0 : (starts.get(cue.voice) ?? 0);
      return [[first + index, statesOf(cue, offset, cues[index][0], rate)]];
    }),
  );
}
