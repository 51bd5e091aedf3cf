/** Drawing music, and what is too small to be an element of the page. */

import { envelopeOf, gainAt } from "../../../../../timeline/envelope.js";
import { versionedAudio } from "../../../../../urls.js";
import { partOf } from "../clip-media.js";
import { isSmall } from "../lanes.js";
import { peaks } from "./media.js";
import { drawWaveform } from "./waveform.js";

const GAP = 3; // pixels above and below

/** @param {import("./lane.js").Drawing} drawing */
export function drawMusic({ context, strip, entries, scale, seen, height, rows }) {
  const { audioUrl, audioVolume = 1 } = strip.editor.state.peek();
  const sound = audioUrl?.startsWith("/api/") ? peaks(partOf(versionedAudio(strip.editor.document.value.peek(), audioUrl), "peaks")) : null;
  if (!sound) return;
  const row = height / rows;
  for (const { start, end, row: number, action } of entries) {
    const box = {
      left: Math.max(start * scale, seen.from),
      right: Math.min(end * scale, seen.to),
      top: number * row + GAP,
      height: row - 2 * GAP,
    };
    const envelope = envelopeOf({ ...action, volume: audioVolume }, { start, end });
    const mediaAt = (/** @type {number} */ x) => (action.trimStart ?? 0) + x / scale - start;
    drawWaveform(context, sound, box, mediaAt, (x) => gainAt(envelope, x / scale));
  }
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
