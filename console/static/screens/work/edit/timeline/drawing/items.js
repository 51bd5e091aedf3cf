/** Drawing music, voices and sounds, and what is too small to be an element of the page. */

import { signal } from "@preact/signals";
import { duckedAt, gainOf } from "../../../../../timeline/ducking.js";
import { envelopeOf, gainAt } from "../../../../../timeline/envelope.js";
import { assetApi, partOf, versionedAudio } from "../../../../../urls.js";
import { voiceOf } from "../clip-media.js";
import { isSmall } from "../lanes.js";
import { peaks } from "./media.js";

// Drawing how loud a sound is.

const PER_SECOND = 50; // peaks
const LOUDEST = 255;
const BAR = 2; // pixels

/**
 * Draw a sound from its peaks, in the current colour.
 * @param {CanvasRenderingContext2D} context @param {Uint8Array} peaks
 * @param {{left: number, right: number, top: number, height: number}} box  pixels
 * @param {(x: number) => number} mediaAt  the time of the sound at a pixel, in seconds
 * @param {(x: number) => number} gainAt  how loud it is there
 */
export function drawWaveform(context, peaks, { left, right, top, height }, mediaAt, gainAt) {
  const middle = top + height / 2;
  for (let x = Math.floor(left); x < right; x += BAR) {
    const level = (loudest(peaks, mediaAt(x), mediaAt(x + BAR)) / LOUDEST) * gainAt(x);
    const half = Math.max(0.5, Math.min(level, 1) * (height / 2));
    context.fillRect(x, middle - half, Math.min(BAR, right - x), half * 2);
  }
}

/** How many seconds a sound lasts. @param {Uint8Array} peaks */
const lengthOf = (peaks) => peaks.length / PER_SECOND;

/** @param {Uint8Array} peaks @param {number} from  seconds @param {number} to */
function loudest(peaks, from, to) {
  const first = Math.max(0, Math.floor(Math.min(from, to) * PER_SECOND));
  const last = Math.min(peaks.length - 1, Math.max(first, Math.ceil(Math.max(from, to) * PER_SECOND) - 1));
  let most = 0;
  for (let index = first; index <= last; index += 1) most = Math.max(most, peaks[index]);
  return most;
}

// What changes the colours of canvases, which do not follow style sheets by themselves.

/** Raised when the theme changes. */
export const look = signal(0);

const change = () => (look.value += 1);

/** Follow the theme; return how to stop that. */
export function followLook() {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(change);
  scheme.addEventListener("change", change);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    scheme.removeEventListener("change", change);
    observer.disconnect();
  };
}

const GAP = 3; // pixels above and below
const SILENT = 0.3; // opacity of what is not heard
const LEVEL_STEP = 2; // pixels

/** @typedef {import("./lane.js").Drawing} Drawing */

/**
 * The music, as loud as it is heard: it steps back while someone speaks.
 * @param {Drawing} drawing
 */
export function drawMusic(drawing) {
  const { strip, scale, context } = drawing;
  const { audioUrl, audioVolume = 1, audioLoop } = strip.editor.state.peek();
  const volume = strip.music.peek()[0]?.volume ?? audioVolume; // of all its places
  const ducking = strip.ducking.peek();
  const sound = audioUrl?.startsWith("/api/") ? peaks(partOf(versionedAudio(strip.editor.document.value.peek(), audioUrl), "peaks")) : null;
  for (const entry of drawing.entries) {
    const envelope = envelopeOf({ ...entry.action, volume }, entry);
    const period = (audioLoop && sound && lengthOf(sound)) || Infinity;
    const mediaAt = (/** @type {number} */ x) => ((entry.action.trimStart ?? 0) + x / scale - entry.start) % period;
    const isOver = (/** @type {number} */ x) => sound !== null && mediaAt(x) > lengthOf(sound);
    const gain = (/** @type {number} */ x) =>
      isOver(x) ? 0 : gainAt(envelope, x / scale) * duckedAt(ducking, x / scale);
    const box = boxOf(drawing, entry);
    if (sound) drawWaveform(context, sound, box, mediaAt, gain);
    if (ducking.length > 0) drawLevel(context, box, gain);
  }
}

/** The voices of scenes, and recordings. @param {Drawing} drawing */
export function drawVoices(drawing) {
  const { editor } = drawing.strip;
  const work = editor.document.value.peek();
  const heard = new Map(editor.model.peek().plan.recordings.map(({ id, volume }) => [id, volume]));
  for (const entry of drawing.entries) {
    const { kind, action } = entry;
    if (kind === "sound") {
      const gain = (heard.get(action.id) ?? 1) / (action.volume || 1);
      drawSound(drawing, entry, peaks(partOf(assetApi(work.projectId, action.assetId), "peaks")), gain, 1);
      continue;
    }
    const { url, gain } = voiceOf(work, entry.action.sceneIndex);
    drawSound(drawing, entry, url ? peaks(partOf(url, "peaks")) : null, gainOf(gain), entry.action.speed ?? 1);
  }
}

/** @param {Drawing} drawing */
export function drawSounds(drawing) {
  const { projectId } = drawing.strip.editor.document.value.peek();
  for (const entry of drawing.entries) {
    drawSound(drawing, entry, peaks(partOf(assetApi(projectId, entry.action.assetId), "peaks")), 1, 1);
  }
}

/**
 * @param {Drawing} drawing @param {import("../lanes.js").Entry} entry @param {Uint8Array|null} sound  its peaks
 * @param {number} gain  beside its volume @param {number} speed
 */
function drawSound(drawing, entry, sound, gain, speed) {
  if (!sound) return;
  const { context, scale } = drawing;
  const { action, start, mark } = entry;
  const envelope = envelopeOf({ ...action, volume: (mark === "silent" ? 1 : (action.volume ?? 1)) * gain }, entry);
  const mediaAt = (/** @type {number} */ x) => (action.trimStart ?? 0) + (x / scale - start) * speed;
  context.globalAlpha = mark === "silent" ? SILENT : 1;
  drawWaveform(context, sound, boxOf(drawing, entry), mediaAt, (x) => gainAt(envelope, x / scale));
  context.globalAlpha = 1;
}

/** The place of an entry that is seen. @param {Drawing} drawing @param {import("../lanes.js").Entry} entry */
function boxOf({ scale, seen, height, rows }, { start, end, row: number }) {
  const row = height / rows;
  return {
    left: Math.max(start * scale, seen.from),
    right: Math.min(end * scale, seen.to),
    top: number * row + GAP,
    height: row - 2 * GAP,
  };
}

/**
 * A line that says how loud the music is: at its highest it is as loud as without anyone speaking.
 * @param {CanvasRenderingContext2D} context @param {{left: number, right: number, top: number, height: number}} box
 * @param {(x: number) => number} gain  at a pixel
 */
function drawLevel(context, { left, right, top, height }, gain) {
  context.beginPath();
  for (let x = left; x < right; x += LEVEL_STEP) {
    context.lineTo(x, top + height * (1 - Math.min(gain(x), 1)));
  }
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 1.5;
  context.stroke();
}

/** @param {import("./lane.js").Drawing} drawing */
export function drawBars({ context, strip, entries, scale, height, rows }) {
  const row = height / rows;
  const small = entries.filter((entry) => isSmall(entry, strip.range.peek().scale));
  context.globalAlpha = 0.55;
  for (const { start, end, row: number } of small) {
    context.fillRect(start * scale, number * row + GAP, Math.max((end - start) * scale - 1, 1), row - 2 * GAP);
  }
  context.globalAlpha = 1;
}
