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
import { envelopeOf, gainAt } from "../../../../../timeline/envelope.js";
import { speedOf } from "../../../../../timeline/placed-clips.js";
import { partOf } from "../../../../../urls.js";
import { filmstripOf, mediaOf, stillOf } from "../clip-media.js";
import { drawBars, drawMusic, drawSounds, drawVoices, drawWaveform, look } from "./items.js";
import { arrived, peaks, picture } from "./media.js";

// Drawing clips: frames of their pictures, and their sound below.

// Drawing frames of a clip side by side.

const MOST_TILES = 60; // of a filmstrip, one a second

/** How many frames the filmstrip of a video has. @param {number} seconds */
const tilesOf = (seconds) => Math.min(Math.max(Math.ceil(seconds), 1), MOST_TILES);

/**
 * Draw frames at their times, as many as have room.
 * @param {CanvasRenderingContext2D} context
 * @param {{image: ImageBitmap, tiles: number, seconds: number}} strip  `seconds` of all its media
 * @param {{left: number, right: number, top: number, height: number}} box  pixels
 * @param {{from: number, to: number}} seen  pixels that are drawn
 * @param {(x: number) => number} mediaAt  the time of the media at a pixel, in seconds
 */
function drawFilmstrip(context, { image, tiles, seconds }, box, seen, mediaAt) {
  const { left, right, top, height } = box;
  const source = image.width / tiles;
  const width = (source * height) / image.height;
  const first = Math.max(0, Math.floor((seen.from - left) / width));
  for (let x = left + first * width; x < Math.min(right, seen.to); x += width) {
    const shown = Math.min(width, right - x);
    const tile = Math.floor((mediaAt(x) * tiles) / seconds + 1e-6) || 0;
    const at = Math.max(0, Math.min(tile, tiles - 1)) * source;
    context.drawImage(image, at, 0, (source * shown) / width, image.height, x, top, shown, height);
  }
}

const RADIUS = 6;
const SOUND = 0.3; // of the height
const GROUND = 0.2; // opacity of the colour behind frames
const CARRIED = 0.3; // opacity of a clip that is with the pointer

/** @param {Drawing} drawing */
function drawClips({ context, strip, entries, scale, seen, height }) {
  const carried = strip.carried.peek();
  for (const entry of entries) {
    const { start, end, id } = entry;
    const box = { left: start * scale, right: end * scale - 1, top: 0, height };
    context.save();
    context.beginPath();
    context.roundRect(box.left, 0, Math.max(box.right - box.left, 1), height, RADIUS);
    context.clip();
    context.globalAlpha = GROUND;
    context.fillRect(box.left, 0, box.right - box.left, height); // until its frames have arrived
    context.globalAlpha = carried?.has(id) ? CARRIED : 1;
    drawClip(context, strip, entry, box, { scale, seen });
    context.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D} context @param {import("../strip.js").Strip} strip
 * @param {import("../lanes.js").Entry} entry
 * @param {{left: number, right: number, top: number, height: number}} box
 * @param {{scale: number, seen: {from: number, to: number}}} view
 */
function drawClip(context, { editor }, { action, start, end }, box, { scale, seen }) {
  const source = mediaOf(editor, action);
  const mediaAt = (/** @type {number} */ x) => (action.trimStart ?? 0) + (x / scale - start) * speedOf(action);
  const strip = pictureOf(editor, action);
  if (strip) drawFilmstrip(context, strip, box, seen, mediaAt);
  const sound = source.url && source.soundSeconds ? peaks(partOf(source.url, "peaks")) : null;
  if (!sound?.length || speedOf(action) === 0) return;
  const top = box.height * (1 - SOUND);
  const shown = { left: Math.max(box.left, seen.from), right: Math.min(box.right, seen.to), top, height: box.height * SOUND };
  context.fillStyle = "rgb(0 0 0 / 55%)";
  context.fillRect(shown.left, top, shown.right - shown.left, shown.height);
  context.fillStyle = "rgb(255 255 255 / 80%)";
  const envelope = envelopeOf(action, { start, end });
  drawWaveform(context, sound, shown, mediaAt, (x) => gainAt(envelope, x / scale));
}

/**
 * The filmstrip of a clip, or until that is there its thumbnail.
 * @param {import("../../editor.js").Editor} editor @param {any} action
 */
function pictureOf(editor, action) {
  const { seconds } = mediaOf(editor, action);
  const [filmstrip, still] = [filmstripOf(editor, action), stillOf(editor, action)];
  const frames = filmstrip && picture(filmstrip);
  if (frames) return { image: frames, tiles: seconds ? tilesOf(seconds) : 1, seconds: seconds || 1 };
  const image = still && still !== filmstrip ? picture(still) : null;
  return image ? { image, tiles: 1, seconds: 1 } : null;
}

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
    if (kind === "voice") strip.editor.songs.value;
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
