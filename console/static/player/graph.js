/**
 * The gains of what is heard, for an AudioContext or an OfflineAudioContext: volumes and fades as in
 * exports, sound that steps back while someone speaks, and a limiter.
 *
 * @typedef {import("../timeline/ducking.js").Point} Point
 * @typedef {import("../timeline/heard.js").Heard} Heard
 *
 * @typedef {object} Position  at `when` of the context, the timeline is at `time`
 * @property {number} time  seconds
 * @property {number} when  seconds
 * @property {number} speed  of the timeline
 */

import { at } from "../base.js";
import { duckedAt } from "../timeline/ducking.js";
import { EDGE, curvesOf, gainAt } from "../timeline/envelope.js";
import { versioned } from "../urls.js";

/**
 * What is known of a work's media: measured by the service, as exports do, or else in the browser.
 *
 * @typedef {import("../timeline/placed-clips.js").Source} Source
 * @typedef {import("../timeline/placed-clips.js").Sources} Sources
 */

const AT_ONCE = 4; // files that are measured
/** @type {Map<string, Promise<Source>>} by their addresses */
const measured = new Map();

/**
 * Return the sources of the scenes that have media, their clip or else their image, and of assets.
 * @param {any} work  as the API answers it
 * @param {import("../state/assets.js").Asset[]} [assets]  that clips show
 * @returns {Promise<Sources>}
 */
export async function loadSources(work, assets = []) {
  const scenes = (work.generatedScenes ?? []).filter(
    (/** @type {any} */ scene) => scene.videoUrl || scene.imageUrl,
  );
  /** @type {Sources} */
  const sources = {};
  const ofScenes = scenes.map((/** @type {any} */ made) => ({
    media: made.sceneIndex,
    url: versioned(made.videoUrl ?? made.imageUrl, made),
    isVideo: Boolean(made.videoUrl),
    made,
  }));
  const ofAssets = assets.map((made) => ({ media: made.id, url: made.url, isVideo: made.type === "video", made }));
  const next = [...ofScenes, ...ofAssets].values();
  const worker = async () => {
    for (const { media, url, isVideo, made } of next) {
      sources[media] = isVideo ? (measuredClip(url, made) ?? (await clip(url))) : still(url);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return sources;
}

/** @param {string} url @returns {Source} */
function still(url) {
  return { url, seconds: null, soundSeconds: null };
}

/**
 * Return a clip that the service has measured; undefined if it has not.
 * @param {string} url @param {any} made
 * @returns {Source|undefined}
 */
function measuredClip(url, { videoDuration, videoSoundDuration, videoFps }) {
  if (videoDuration === undefined) return undefined;
  return { url, seconds: videoDuration, soundSeconds: videoSoundDuration ?? null, fps: videoFps };
}

/** @param {string} url */
function clip(url) {
  const known = measured.get(url) ?? measureClip(url);
  measured.set(url, known);
  return known;
}

/**
 * Measure a clip. One that cannot be read counts as one without a length.
 * @param {string} url
 * @returns {Promise<Source>}
 */
function measureClip(url) {
  const video = document.createElement("video");
  video.preload = "metadata";
  video.muted = true;
  return new Promise((resolve) => {
    video.addEventListener("loadedmetadata", () => {
      const { duration, videoWidth, videoHeight } = video;
      const seconds = Number.isFinite(duration) ? duration : 0;
      release(video);
      resolve({ url, seconds, soundSeconds: seconds, width: videoWidth, height: videoHeight });
    });
    video.addEventListener("error", () => {
      measured.delete(url);
      resolve({ url, seconds: 0, soundSeconds: null });
    });
    video.src = at(url);
  });
}

/** Let a video forget its file. @param {HTMLVideoElement} video */
function release(video) {
  video.removeAttribute("src");
  video.load();
}

/** The channels of a result: of which each is made, and by what it is multiplied. @type {Record<string, number[][]>} */
const SIDES = { "": [[0, 1], [1, 1]], left: [[0, 1], [0, 1]], right: [[1, 1], [1, 1]], opposite: [[0, 1], [1, -1]] }; // prettier-ignore

/**
 * Return where ducked sound is mixed from a position on: it steps back as an envelope has it.
 * @param {BaseAudioContext} context @param {AudioNode} output @param {Point[]} ducking
 * @param {Position} position
 * @returns {GainNode}
 */
export function duckedBus(context, output, ducking, { time, when, speed }) {
  const node = new GainNode(context);
  node.connect(output);
  node.gain.setValueAtTime(duckedAt(ducking, time), when);
  for (const point of ducking.filter((each) => each.time > time)) {
    node.gain.linearRampToValueAtTime(point.gain, when + (point.time - time) / speed);
  }
  return node;
}

/**
 * Return the gain of a sound from a position on. In the middle of a sound, it begins without a click.
 * @param {BaseAudioContext} context @param {AudioNode} output @param {Heard} heard
 * @param {Position} position
 * @returns {GainNode}
 */
export function gainOf(context, output, heard, { time, when, speed }) {
  const node = new GainNode(context, { gain: 0 });
  const atOf = (/** @type {number} */ each) => when + Math.max(0, each - time) / speed;
  node.gain.setValueAtTime(gainAt(heard, time), when);
  for (const { start, end, gains } of curvesOf(heard, time)) {
    node.gain.setValueCurveAtTime(gains, atOf(start), (end - start) / speed);
  }
  if (time <= heard.start) {
    node.connect(output);
    return node;
  }
  const edge = new GainNode(context, { gain: 0 });
  edge.gain.setValueAtTime(0, when);
  edge.gain.linearRampToValueAtTime(1, when + EDGE);
  node.connect(edge).connect(output);
  return node;
}

/**
 * Return where the source of a sound is connected on its way to a gain: channels are put right as in exports.
 * @param {BaseAudioContext} context @param {AudioNode} gain @param {Heard} heard @param {Position} position
 */
export function mended(context, gain, { mending, end }, { time, when, speed }) {
  if (!mending) return gain;
  const { offsets, channels } = mending;
  const stereo = new GainNode(context, { channelCount: 2, channelCountMode: "explicit" });
  const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
  const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
  stereo.connect(splitter);
  SIDES[channels].forEach(([side, sign], index) => {
    const node = new GainNode(context, { gain: sign });
    const offset = new ConstantSourceNode(context, { offset: -offsets[side] });
    splitter.connect(node, side);
    offset.connect(node);
    offset.start();
    offset.stop(when + Math.max(0, end - time) / Math.abs(speed));
    node.connect(merger, 0, index);
  });
  merger.connect(gain);
  return stereo;
}

/**
 * Play a sound from a position on, to the sample. At normal speed of the timeline.
 * @param {BaseAudioContext} context @param {AudioNode} output @param {Heard} heard
 * @param {AudioBuffer} buffer  what is heard, from its start on @param {Position} position
 * @returns {AudioBufferSourceNode}
 */
export function playBuffer(context, output, heard, buffer, position) {
  const source = new AudioBufferSourceNode(context, { buffer });
  const gain = gainOf(context, output, heard, position);
  source.connect(mended(context, gain, heard, position));
  const late = Math.max(0, position.time - heard.start);
  source.start(position.when + Math.max(0, heard.start - position.time), late, Math.max(0, heard.end - heard.start - late));
  source.addEventListener("ended", () => gain.disconnect());
  return source;
}
