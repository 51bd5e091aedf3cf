/**
 * The picture of a lane: filmstrips and sound of clips, the sound of voices, sounds and music, and bars
 * for what is too small to be taken. It is drawn for the part that the page has entries of.
 *
 * @typedef {import("../strip.js").Strip} Strip
 * @typedef {import("../lanes.js").Kind} Kind
 * @typedef {import("../lanes.js").Entry} Entry
 *
 * @typedef {object} Drawing
 * @property {CanvasRenderingContext2D} context
 * @property {Strip} strip
 * @property {Entry[]} entries  those that are seen
 * @property {number} scale
 * @property {{from: number, to: number}} seen  pixels of the timeline
 * @property {number} height
 * @property {number} rows
 */

import { computed, effect, signal } from "@preact/signals";
import { drawClips } from "./clips.js";
import { drawBars, drawMusic, drawSounds, drawVoices } from "./items.js";
import { arrived } from "./media.js";
import { look } from "./look.js";

/** @type {Record<Kind, (drawing: Drawing) => void>} */
const DRAW = {
  clip: drawClips,
  voice: drawVoices,
  sound: drawSounds,
  place: drawMusic,
  text: drawBars,
  picture: drawBars,
  caption: drawBars,
};
const BARS = ["text", "picture", "caption"];

/**
 * Draw a lane whenever it changes; return how to stop that.
 * @param {Strip} strip @param {Kind} kind @param {HTMLCanvasElement} canvas
 */
export function drawLane(strip, kind, canvas) {
  // Measured only where they may have changed, so that an edit needs no layout.
  const lane = computed(() => strip.shownLanes.value.find((each) => each.kind === kind));
  const height = signal(0);
  const color = computed(() => look.value >= 0 && height.value >= 0 && getComputedStyle(canvas).color);
  const body = /** @type {HTMLElement} */ (canvas.parentElement);
  const resized = new ResizeObserver(() => (height.value = body.clientHeight));
  resized.observe(body);
  const isMoving = !BARS.includes(kind);
  const stop = effect(() => {
    if (isMoving) for (const each of [arrived, strip.carried, strip.editor.sources]) each.value; // it depends on these
    if (kind === "place") for (const each of [strip.ducking, strip.music]) each.value;
    if (lane.value && height.value) draw(strip, lane.value, canvas, { height: height.value, color: color.value || "" });
  });
  return () => {
    stop();
    resized.disconnect();
  };
}

/**
 * @param {Strip} strip @param {import("../lanes.js").Lane} lane @param {HTMLCanvasElement} canvas
 * @param {{height: number, color: string}} look
 */
function draw(strip, { kind, entries, rows }, canvas, { height, color }) {
  const { from, to } = strip.range.value;
  const scale = strip.zoom.scale.value;
  const shift = strip.shift.value;
  const last = entries.reduce((latest, { end }) => Math.max(latest, end), 0) + (shift?.by ?? 0);
  const seen = { from: Math.floor(from * scale), to: Math.ceil(Math.min(to, last) * scale) };
  const context = fit(canvas, seen, height);
  context.fillStyle = color;
  const shown = entries
    .map((entry) => (shift?.ids.has(entry.id) ? { ...entry, start: entry.start + shift.by, end: entry.end + shift.by } : entry))
    .filter(({ start, end }) => end > from && start < to);
  DRAW[kind]({ context, strip, entries: shown, scale, seen, height, rows });
}

/** Let a canvas have the size and the place of what is seen. @param {HTMLCanvasElement} canvas @param {{from: number, to: number}} seen @param {number} height */
function fit(canvas, { from, to }, height) {
  const width = Math.max(0, to - from);
  const ratio = devicePixelRatio;
  const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  Object.assign(canvas.style, { left: `${from}px`, width: `${width}px`, height: `${height}px` });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, -from * ratio, 0);
  context.clearRect(from, 0, width, height);
  return context;
}
