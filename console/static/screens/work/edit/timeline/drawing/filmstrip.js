/** Drawing frames of a clip side by side. */

const MOST_TILES = 60; // of a filmstrip, one a second

/** How many frames the filmstrip of a video has. @param {number} seconds */
export const tilesOf = (seconds) => Math.min(Math.max(Math.ceil(seconds), 1), MOST_TILES);

/**
 * Draw frames at their times, as many as have room.
 * @param {CanvasRenderingContext2D} context
 * @param {{image: ImageBitmap, tiles: number, seconds: number}} strip  `seconds` of all its media
 * @param {{left: number, right: number, top: number, height: number}} box  pixels
 * @param {{from: number, to: number}} seen  pixels that are drawn
 * @param {(x: number) => number} mediaAt  the time of the media at a pixel, in seconds
 */
export function drawFilmstrip(context, { image, tiles, seconds }, box, seen, mediaAt) {
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
