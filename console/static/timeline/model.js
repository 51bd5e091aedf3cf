/**
 * What is to be seen at each time of a work's timeline.
 *
 * @typedef {import("./plan.js").Plan} Plan
 * @typedef {import("./plan.js").Segment} Segment
 * @typedef {import("./plan.js").View} PlannedView
 * @typedef {import("./placed-clips.js").Source} Source
 * @typedef {import("./placed-clips.js").Sources} Sources
 * @typedef {import("./timeline.js").Options} Options
 * @typedef {import("./timeline.js").Timeline} Timeline
 *
 * @typedef {object} Model
 * @property {Timeline} timeline
 * @property {Sources} sources
 * @property {Plan} plan
 * @property {import("./heard.js").Heard[]} heard  in the order in which they begin
 * @property {import("./voices.js").PlacedVoice[]} voices  in the order of their starts
 * @property {number} duration  seconds, of the part between `first` and `last`
 *
 * @typedef {object} View  the picture of a clip
 * @property {number|string} media
 * @property {number} clip  index into `plan.clips`
 * @property {Source} source
 * @property {number} at  seconds of the media
 * @property {number} speed
 * @property {import("./framing.js").Framing|null} framing  null: all of its picture
 * @property {number} sample  seconds of the media at which exactly the exported frame is shown
 *
 * @typedef {TextFields & import("./text-looks.js").Look} TextOverlay
 *
 * @typedef {object} TextFields  lengths in pixels of the frame, the centre from the frame's
 * @property {"text"} kind
 * @property {string|null} id  null: a caption
 * @property {string} text
 * @property {number} fontSize
 * @property {string} color
 * @property {number} centerX
 * @property {number} centerY
 * @property {number} wrap  the longest line, and the width of the area that it stands in
 * @property {number} scale  of the shadow
 * @property {string|null} fontAsset
 * @property {import("./caption-looks.js").SpokenText|null} [spoken]  of a caption that follows words
 *
 * @typedef {PictureFields & import("./text-looks.js").Animated} PictureOverlay
 *
 * @typedef {object} PictureFields  lengths in pixels of the frame, the centre from the frame's
 * @property {"picture"} kind
 * @property {string} id
 * @property {string} asset
 * @property {number} width
 * @property {number} height
 * @property {number} centerX
 * @property {number} centerY
 * @property {number} opacity
 * @property {number} rotation  degrees, clockwise
 * @property {boolean} keepAspect
 *
 * @typedef {object} Moment
 * @property {number} frame
 * @property {View[]} views  none: black; two in a transition, first the outgoing one
 * @property {{movement: string, progress: number}|null} transition  progress from 0 up to 1
 * @property {number[]} overlays  from bottom to top: see `overlayOf`
 */

import { captionOverlay } from "./caption-looks.js";
import { perSecond, toSeconds } from "./frames.js";
import { framingAfter } from "./framing.js";
import { heardOf } from "./heard.js";
import { makePlan } from "./plan.js";
import { NORMAL_SPEED, mediaAt, sourceOf } from "./placed-clips.js";
import { timelineOfWork } from "./timeline.js";

const TEXT_WRAP = 0.5; // of the arranged frame's width
const LATE = 1e-6; // frames: a time that was computed from a frame belongs to that frame
// A source's frame halfway between two of the output belongs to the later one, as in exports.
const ROUNDING = 0.001; // seconds

/**
 * @param {any} work  as the API answers it
 * @param {Sources} sources  what is known of the media
 * @param {Options} [options]
 * @returns {Model}
 */
export function createModel(work, sources, options = {}) {
  const timeline = timelineOfWork(work, options);
  const plan = makePlan(timeline, sources);
  const duration = toSeconds(plan.last - plan.first, plan.rate);
  return { timeline, sources, plan, heard: heardOf(timeline, plan, sources), voices: plan.voices, duration };
}

/**
 * Return what is seen at a time.
 * @param {Model} model
 * @param {number} time  seconds of the timeline; outside of the video, its first or last frame
 * @returns {Moment}
 */
export function frameAt(model, time) {
  const { plan } = model;
  const frame = frameOf(model, time);
  const segment = segmentAt(plan.segments, frame);
  if (!segment) return { frame, views: [], transition: null, overlays: [] };
  const begin = segment.incoming ? segment.start - segment.skip : segment.start;
  const views = [segment.view, segment.incoming].flatMap((view) =>
    view ? viewAt(model, view, begin, frame) : [],
  );
  return {
    frame,
    views,
    transition: segment.incoming
      ? { movement: segment.transition, progress: (frame - begin) / segment.transitionFrames }
      : null,
    overlays: segment.overlays,
  };
}

/**
 * Return the frame that is shown at a time.
 * @param {Model} model @param {number} time
 */
export function frameOf({ plan }, time) {
  const frame = Math.floor(time * perSecond(plan.rate) + LATE);
  return Math.max(plan.first, Math.min(frame, plan.last - 1));
}

/**
 * Return when the frame begins that is shown at a time.
 * @param {number} time @param {import("./frames.js").Rate} rate
 */
export function frameStart(time, rate) {
  return toSeconds(Math.floor(time * perSecond(rate) + LATE), rate);
}

/**
 * Return an overlay of a moment, by its index.
 * @param {Model} model @param {number} index
 * @returns {TextOverlay|PictureOverlay}
 */
export function overlayOf({ timeline }, index) {
  const { texts, pictures, cues, scale } = timeline;
  if (index < texts.length) return textOverlay(texts[index], timeline);
  if (index - texts.length < pictures.length) {
    const { start, end, ...picture } = pictures[index - texts.length];
    return {
      ...picture,
      kind: "picture",
      width: picture.width * scale,
      height: picture.height * scale,
      centerX: picture.centerX * scale,
      centerY: picture.centerY * scale,
    };
  }
  return captionOverlay(cues[index - texts.length - pictures.length], timeline.captionLook, timeline.output, scale);
}

/** @param {import("./timeline.js").Text} text @param {Timeline} timeline @returns {TextOverlay} */
function textOverlay({ start, end, ...text }, { arrangedWidth, scale }) {
  return {
    ...text,
    kind: "text",
    fontSize: text.fontSize * scale,
    centerX: text.centerX * scale,
    centerY: text.centerY * scale,
    wrap: (text.width ?? TEXT_WRAP * arrangedWidth) * scale,
    outlineWidth: text.outlineWidth * scale,
    scale,
  };
}

/** @param {Segment[]} segments @param {number} frame @returns {Segment|undefined} */
function segmentAt(segments, frame) {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle].start + segments[middle].frames > frame) high = middle;
    else low = middle + 1;
  }
  return segments[low];
}

/** @param {Model} model @param {PlannedView} view @param {number} begin  its first frame @param {number} frame @returns {View} */
function viewAt({ plan, sources }, { media, clip, at, speed, framing }, begin, frame) {
  const map = { begin, trim: at, rate: plan.rate, speed };
  const half = toSeconds(0.5, plan.rate) * (speed || NORMAL_SPEED);
  const sample = Math.max(0, mediaAt(map, frame) + half - ROUNDING);
  const framed = framing && framingAfter(framing, frame - begin);
  return { media, clip, source: sourceOf(sources, media), at: mediaAt(map, frame), speed, sample, framing: framed };
}
