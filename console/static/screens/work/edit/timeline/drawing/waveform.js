/** Drawing how loud a sound is. */

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
export const lengthOf = (peaks) => peaks.length / PER_SECOND;

/** @param {Uint8Array} peaks @param {number} from  seconds @param {number} to */
function loudest(peaks, from, to) {
  const first = Math.max(0, Math.floor(Math.min(from, to) * PER_SECOND));
  const last = Math.min(peaks.length - 1, Math.max(first, Math.ceil(Math.max(from, to) * PER_SECOND) - 1));
  let most = 0;
  for (let index = first; index <= last; index += 1) most = Math.max(most, peaks[index]);
  return most;
}
