/** Drawing clips: frames of their pictures, and their sound below. */

import { envelopeOf, gainAt } from "../../../../../timeline/envelope.js";
import { speedOf } from "../../../../../timeline/time-map.js";
import { partOf } from "../../../../../urls.js";
import { filmstripOf, mediaOf, stillOf } from "../clip-media.js";
import { drawFilmstrip, tilesOf } from "./filmstrip.js";
import { peaks, picture } from "./media.js";
import { drawWaveform } from "./waveform.js";

const RADIUS = 6;
const SOUND = 0.3; // of the height
const GROUND = 0.2; // opacity of the colour behind frames
const CARRIED = 0.3; // opacity of a clip that is with the pointer

/** @param {import("./lane.js").Drawing} drawing */
export function drawClips({ context, strip, entries, scale, seen, height }) {
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
