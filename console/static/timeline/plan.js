/**
 * From a timeline to what is shown and heard: segments of frames, in which nothing changes but the
 * pictures of the sources, and sounds. The rules are those of export/plan/plan.py.
 *
 * @typedef {import("./framing.js").Framing} Framing
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
 * @property {import("./timeline.js").Music[]} recordings  as they are heard
 * @property {import("./ducking.js").Point[]} ducking  the envelope of what steps back
 * @property {Map<number, import("./cue-spans.js").State[]>} spoken  which words of burned captions are
 *   spoken when, by the indexes of overlays
 */

import { animationsOf } from "./animations.js";
import { followsWords } from "./caption-looks.js";
import { cueSpans, statesOf } from "./cue-spans.js";
import { gainOf } from "./ducking.js";
import { MAX_FPS, MIN_FPS, MUSIC_BED, VOICE_LUFS } from "./facts.js";
import { exactRate, perSecond, toFrame, toSeconds, toSpan } from "./frames.js";
import { framingOf } from "./framing.js";
import { FREEZE, mediaAt, mediaOf, movementOf, placeClips, runStarts, sourceOf, timeMapOf } from "./placed-clips.js";
import { placeVoices } from "./voices.js";
import { duckingUnder, isHeard } from "./work-sound.js";

/**
 * The music as it is heard in a video: at its loudness, repeated, and faded out. The rules are those of
 * export/plan/music_bed.py. All times are seconds.
 *
 * @typedef {import("./timeline.js").Music} Music
 *
 * @typedef {object} Song  what is known of a file with music, if it can be measured
 * @property {number} [seconds]  how long it sounds
 * @property {number|null} [loudness]  in LUFS
 *
 * @typedef {object} Bed
 * @property {Music[]} music
 * @property {number|null} musicLevel  in LUFS, beside voices; null: the music stays as its file is
 * @property {boolean} loopsMusic
 * @property {Song|null} song  null: it is being measured
 */

const { fade: FADE, join: JOIN, turns: MAX_TURNS, gain: MAX_GAIN, silence: SILENCE } = MUSIC_BED;

/**
 * Return the music of a video that ends at a time. It is brought to its loudness if somebody speaks, and
 * is not heard until that is known.
 * @param {Bed} bed @param {number} end @param {boolean} isSpoken
 * @returns {Music[]}
 */
export function heardMusic({ music, musicLevel, loopsMusic, song }, end, isSpoken) {
  if (musicLevel === null && !loopsMusic) return music;
  if (song === null) return [];
  const gain = musicLevel !== null && isSpoken ? gainOf(bedGain(musicLevel, song.loudness)) : 1;
  /** @type {Music[]} */
  const heard = [];
  for (const each of music) {
    const levelled = { ...each, volume: each.volume * gain };
    const turns = loopsMusic ? turnsOf(levelled, song.seconds, end, MAX_TURNS - heard.length) : [levelled];
    const last = /** @type {Music} */ (turns.at(-1));
    heard.push(...turns.slice(0, -1), musicLevel === null ? last : faded(last, song.seconds, end));
  }
  return heard;
}

/**
 * Return the recordings of a video as loud as voices, each until its file ends.
 * @param {{recordings: Music[], songs: Record<string, Song>}} timeline
 * @returns {Music[]}
 */
export function heardRecordings({ recordings, songs }) {
  return recordings.map((each) => {
    const { seconds, loudness } = songs[each.url] ?? {};
    const volume = each.volume * gainOf(bedGain(VOICE_LUFS, loudness));
    if (seconds === undefined || each.end === null) return { ...each, volume };
    return { ...each, volume, end: Math.min(each.end, each.start + Math.max(seconds - each.trim, 0)) };
  });
}

/**
 * Return the decibels that bring music to a level in LUFS; 0 for silence, or if unknown.
 * @param {number} level @param {number|null|undefined} loudness
 */
export function bedGain(level, loudness) {
  if (loudness === null || loudness === undefined || loudness < SILENCE) return 0;
  return Math.max(-MAX_GAIN, Math.min(level - loudness, MAX_GAIN));
}

/**
 * Return music as often as its place needs: each turn is blended with the one before.
 * @param {Music} music @param {number|undefined} seconds @param {number} end @param {number} most
 */
function turnsOf(music, seconds, end, most) {
  if (!seconds) return [music];
  const stop = Math.min(music.end ?? end, end);
  const join = Math.min(JOIN, seconds / 4);
  const trim = music.trim >= seconds ? music.trim % (seconds - join) : music.trim;
  const turns = [];
  let turn = { ...music, trim };
  while (turns.length + 1 < most) {
    const over = turn.start + seconds - turn.trim;
    if (over >= stop || over - join <= turn.start) break;
    turns.push({ ...turn, end: over, fadeOut: join });
    turn = { ...music, start: over - join, trim: 0, fadeIn: join };
  }
  return [...turns, turn];
}

/**
 * Return music that ends in the last second of a video with a fade, unless it has one.
 * @param {Music} music @param {number|undefined} seconds @param {number} end
 */
function faded(music, seconds, end) {
  const { start, trim, fadeOut } = music;
  const stop = Math.min(music.end ?? end, end, seconds === undefined ? Infinity : start + seconds - trim);
  if (fadeOut || stop <= end - FADE || stop <= start) return music;
  return { ...music, end: stop, fadeOut: Math.min(FADE, stop - start) };
}

/**
 * What is heard of the clips. The rules are those of export/plan/clip_sounds.py.
 *
 * @typedef {import("./frames.js").Rate} Rate
 * @typedef {import("./frames.js").Span} Span
 * @typedef {import("./placed-clips.js").PlacedClip} PlacedClip
 * @typedef {import("./placed-clips.js").Sources} Sources
 *
 * @typedef {object} Sound  of a clip: from frame `start` on for `frames`
 * @property {number|string} media
 * @property {number} at  seconds of the media
 * @property {number} clip  index into `clips` of the plan
 * @property {number} start
 * @property {number} frames
 * @property {number} fadeIn  frames: the clip's own fade, or the transition if that is longer
 * @property {number} fadeOut  frames
 * @property {boolean} continues  it goes on from the sound before: a clip was split there
 * @property {number} speed
 * @property {number} volume
 */

/**
 * Return the sounds of the clips that are used in a window, each from where its media begins to
 * where its place ends.
 * @param {PlacedClip[]} clips @param {Sources} sources @param {Span} window @param {Rate} rate
 * @returns {Sound[]}
 */
function soundsOf(clips, sources, window, rate) {
  const isUsed = (/** @type {PlacedClip} */ { begin, end }) => begin < window.end && end > window.start;
  const skipped = clips.findIndex(isUsed);
  const used = clips.filter(isUsed);
  const starts = runStarts(used, rate);
  /** @type {Sound|undefined} */
  let before;
  return used.flatMap((placed, number) => {
    before = isHeard2(placed, sources)
      ? soundOf(placed, skipped + number, starts[number] < number ? before : undefined, rate)
      : undefined;
    return before ?? [];
  });
}

/** @param {PlacedClip} placed @param {Sources} sources */
function isHeard2({ clip }, sources) {
  const length = sourceOf(sources, mediaOf(clip)).soundSeconds ?? null;
  return length !== null && clip.trim < length && clip.speed !== FREEZE && clip.volume > 0;
}

/**
 * @param {PlacedClip} placed @param {number} index
 * @param {Sound|undefined} before  whose media goes on
 * @param {Rate} rate
 * @returns {Sound}
 */
function soundOf({ clip, begin, start, end, transitionFrames }, index, before, rate) {
  const frames = end - begin;
  const fade = (/** @type {number} */ own, /** @type {number} */ over) =>
    Math.min(Math.max(toFrame(own, rate), over), frames);
  const fadeIn = fade(clip.fadeIn, start - begin);
  return {
    media: mediaOf(clip),
    at: clip.trim,
    clip: index,
    start: begin,
    frames,
    fadeIn,
    fadeOut: fade(clip.fadeOut, transitionFrames),
    continues: before !== undefined && before.volume === clip.volume && !before.fadeOut && !fadeIn,
    speed: clip.speed,
    volume: clip.volume,
  };
}

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
  const recordings = heardRecordings(timeline);
  const isSpoken = voices.some(isHeard) || recordings.length > 0;
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
    music: heardMusic(timeline, toSeconds(last, rate), isSpoken),
    recordings,
    ducking: duckingUnder(voices, recordings, timeline.duck),
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
