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

import { duckedAt } from "../timeline/ducking.js";
import { EDGE, curvesOf, gainAt } from "../timeline/envelope.js";

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
