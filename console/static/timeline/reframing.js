/**
 * Texts and pictures in a frame of another shape. The rules are those of timeline/reframing.py and
 * timeline/text_extents.py; the cases in tests/timeline/reframing.json hold both together.
 *
 * @typedef {import("./geometry.js").Size} Size
 * @typedef {Record<string, any>} Overlay  a text or picture as it is stored
 * @typedef {{width: number, space: number}} Piece  characters between which no line ends, and the space behind
 *   them, in thousandths of the font's size
 *
 * @typedef {object} Text  what decides how much room a text takes
 * @property {Piece[][]} paragraphs
 * @property {number} size
 * @property {number} lineHeight
 * @property {number} outline
 * @property {[number, number]} padding  shares of the size
 * @property {number} side  of its area at which its lines stand: -1 left, 0 in the middle, 1 right
 * @property {number} area
 */

import { LINE_HEIGHTS, MAX_FONT_SIZE, MAX_PIXELS, MIN_SIDE, OUTLINE_WIDTHS } from "./facts.js";
import { UNSPACED, columns } from "./spoken-words.js";
import { REFRAMING } from "./text-facts.js";

const PRECISION = 1000; // parts of a pixel that are stored
const [OTHER, COLUMN, EMOJI] = [700, 500, 1250]; // thousandths; a column is half of an ideograph
const [FIRST, FIRST_EMOJI] = [0x20, 0x1f000];
const NEWLINE = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;
/** @type {Record<string, number>} */
const SIDES = { left: -1, right: 1 };
/** What exports accept of an overlay. @type {Record<string, number[]>} */
const LIMITS = {
  centerX: [-MAX_PIXELS, MAX_PIXELS],
  centerY: [-MAX_PIXELS, MAX_PIXELS],
  fontSize: [1, MAX_FONT_SIZE],
  outlineWidth: OUTLINE_WIDTHS,
  width: [MIN_SIDE, MAX_PIXELS],
  height: [MIN_SIDE, MAX_PIXELS],
};

/**
 * Return a text or a picture of a frame in another frame.
 * @param {"text"|"picture"} kind @param {Overlay} overlay @param {Size} before @param {Size} after
 * @returns {Overlay}
 */
export function reframed(kind, overlay, before, after) {
  if (before.width === after.width && before.height === after.height) return { ...overlay };
  const factor = shorter(after) / shorter(before);
  if (before.width * after.height === after.width * before.height) return scaled(overlay, factor, (length) => length);
  const known = scaled(overlay, 1, (length) => length); // clients may have stored any numbers
  const change = kind === "text" ? textIn : pictureIn;
  return scaled({ ...overlay, ...change(known, before, virtualFrame(before, after)) }, factor, rounded);
}

/** Return the frame of the shape of one with the shorter side of the other. @param {Size} before @param {Size} after */
export function virtualFrame(before, after) {
  return times(after, shorter(before) / shorter(after));
}

/** @param {Size} size */
function shorter({ width, height }) {
  return Math.min(width, height);
}

/** @param {Size} size @param {number} factor @returns {Size} */
function times({ width, height }, factor) {
  return { width: width * factor, height: height * factor };
}

/** @param {Overlay} overlay @param {number} factor @param {(length: number) => number} stored */
function scaled(overlay, factor, stored) {
  const found = { ...overlay };
  for (const [name, limits] of Object.entries(LIMITS)) {
    const length = overlay[name];
    if (length !== undefined && length !== null) found[name] = stored(within(length * factor, limits));
  }
  return found;
}

/** @param {number} value @param {number[]} range */
function within(value, [low, high]) {
  return Math.min(Math.max(value, low), high);
}

/** @param {number} length */
function rounded(length) {
  return Math.floor(length * PRECISION + 0.5) / PRECISION;
}

/** @param {Overlay} overlay @param {Size} before @param {Size} after */
function pictureIn(overlay, before, after) {
  const { width, height, rotation } = overlay;
  const turnedBefore = turned({ width, height }, rotation);
  const room = roomFor(overlay, turnedBefore, before, after);
  const shares = [room.width / Math.max(turnedBefore.width, MIN_SIDE), room.height / Math.max(turnedBefore.height, MIN_SIDE)];
  let fitted = times({ width, height }, Math.min(1, ...shares));
  if (overlay.maintainAspectRatio === false && rotation % 180 === 0) fitted = spanning(overlay, fitted, before, after);
  return { ...fitted, ...placesOf(overlay, turnedBefore, turned(fitted, rotation), before, after) };
}

/**
 * Return the size of a stretched picture: a side that spanned the frame does so again.
 * @param {Overlay} overlay @param {Size} fitted @param {Size} before @param {Size} after @returns {Size}
 */
function spanning({ width, height }, fitted, before, after) {
  const [isWide, isHigh] = [width >= before.width, height >= before.height];
  if (!isWide && !isHigh) return fitted;
  return {
    width: isWide ? after.width : Math.min(width, after.width),
    height: isHigh ? after.height : Math.min(height, after.height),
  };
}

/** Return the width and the height that a turned picture takes. @param {Size} size @param {number} rotation @returns {Size} */
function turned({ width, height }, rotation) {
  if (rotation % 180 === 0) return { width, height };
  if (rotation % 90 === 0) return { width: height, height: width };
  const angle = rotation * (Math.PI / 180);
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  return { width: width * cos + height * sin, height: width * sin + height * cos };
}

/** @param {Overlay} overlay @param {Size} before @param {Size} after */
function textIn(overlay, before, after) {
  const old = readText(overlay, before);
  const extents = extentsOf(old);
  const room = roomFor(overlay, extents, before, after);
  const least = Math.min(1, after.width / before.width, after.height / before.height);
  let factor = 1;
  let text = resized(old, factor, before, after);
  while (factor > least && !fits(text, old, room)) {
    factor = Math.max(factor * REFRAMING.smaller, least);
    text = resized(old, factor, before, after);
  }
  const hasWidth = isGiven(overlay.width) || text.area !== after.width * REFRAMING.wrap;
  return {
    fontSize: text.size,
    ...(isGiven(overlay.outlineWidth) && { outlineWidth: text.outline }),
    ...(hasWidth && { width: text.area }),
    ...textPlaces(overlay, [old, extents], text, before, after),
  };
}

/** @param {any} value */
function isGiven(value) {
  return value !== undefined && value !== null;
}

/** @param {Overlay} overlay @param {Size} frame @returns {Text} */
function readText(overlay, frame) {
  return {
    paragraphs: /** @type {string} */ (overlay.text).split(NEWLINE).map(piecesOf),
    size: overlay.fontSize,
    lineHeight: within(overlay.lineHeight || REFRAMING.lineHeight, LINE_HEIGHTS),
    outline: overlay.outlineWidth || 0,
    padding: overlay.backgroundColor ? REFRAMING.padding : [0, 0],
    side: SIDES[overlay.align] ?? 0,
    area: overlay.width ?? frame.width * REFRAMING.wrap,
  };
}

/**
 * Return a text in a part of its size, in an area that breaks no further words.
 * @param {Text} old @param {number} factor @param {Size} before @param {Size} after @returns {Text}
 */
function resized(old, factor, before, after) {
  const small = { ...old, size: old.size * factor, outline: old.outline * factor };
  const beyond = 2 * beyondOf(small).width;
  let area = Math.min((old.area / before.width) * after.width, after.width - beyond);
  const needed = Math.min(longestWord(old), old.area) * factor;
  area = Math.max(area, Math.min(needed, after.width * (1 - 2 * REFRAMING.margin) - beyond));
  return { ...small, area: Math.max(area, MIN_SIDE) };
}

/** @param {Text} text @param {Text} old @param {Size} room */
function fits(text, old, room) {
  const breaks = longestWord(text) > text.area && longestWord(old) <= old.area;
  return !breaks && extentsOf(text).height <= room.height;
}

/**
 * Return where a text is: one that stands at a side of its area by that side.
 * @param {Overlay} overlay @param {[Text, Size]} measured @param {Text} text @param {Size} before @param {Size} after
 */
function textPlaces(overlay, [old, extents], text, before, after) {
  const found = extentsOf(text);
  const places = placesOf(overlay, extents, found, before, after);
  if (old.side === 0) return places;
  const edge = overlay.centerX + (old.side * old.area) / 2;
  const moved = (edge * after.width) / before.width - (text.side * text.area) / 2;
  const inner = (text.side * (text.area - found.width)) / 2 + text.side * beyondOf(text).width;
  const room = Math.max(after.width - found.width, 0) / 2;
  return { ...places, centerX: within(moved + inner, [-room, room]) - inner };
}

/** How far something of a text reaches beyond its lines. @param {Text} text @returns {Size} */
function beyondOf({ padding, size, outline }) {
  return { width: Math.max(padding[0] * size, outline), height: Math.max(padding[1] * size, outline) };
}

/** The width of an area in which no word is broken. @param {Text} text */
function longestWord({ paragraphs, size }) {
  let longest = 0;
  for (const pieces of paragraphs) for (const { width } of pieces) longest = Math.max(longest, width);
  return ((longest * size) / 1000) * REFRAMING.slack;
}

/** The width and the height of a text's lines and of what is around them. @param {Text} text @returns {Size} */
function extentsOf(text) {
  const { paragraphs, area, size, lineHeight } = text;
  const [count, widest] = linesWithin(paragraphs, (area * 1000) / size);
  const beyond = beyondOf(text);
  return { width: (widest * size) / 1000 + 2 * beyond.width, height: count * size * lineHeight + 2 * beyond.height };
}

/**
 * Return how wide and high an item may be: with the margins that it had, or narrow ones.
 * @param {Overlay} overlay @param {Size} extents @param {Size} before @param {Size} after @returns {Size}
 */
function roomFor({ centerX, centerY }, extents, before, after) {
  return {
    width: roomOn(centerX, extents.width, before.width, after.width),
    height: roomOn(centerY, extents.height, before.height, after.height),
  };
}

/** @param {number} center @param {number} extent @param {number} before @param {number} after */
function roomOn(center, extent, before, after) {
  const margin = (before - extent) / 2 - Math.abs(center);
  return after * (1 - 2 * Math.min(Math.max(margin / before, 0), REFRAMING.margin));
}

/**
 * Return the centre of an item that took `extents`, and takes what was `found`.
 * @param {Overlay} overlay @param {Size} extents @param {Size} found @param {Size} before @param {Size} after
 */
function placesOf({ centerX, centerY }, extents, found, before, after) {
  return {
    centerX: placeOf(centerX, extents.width, found.width, before.width, after.width),
    centerY: placeOf(centerY, extents.height, found.height, before.height, after.height),
  };
}

/**
 * Return where the middle of an item is, from the middle of the frame.
 * @param {number} center @param {number} extent @param {number} found @param {number} before @param {number} after
 */
function placeOf(center, extent, found, before, after) {
  const share = after / before;
  const edge = (before - extent) / 2 - Math.abs(center); // how far the nearest edge is
  let moved = center * share;
  if (Math.abs(center) > Math.max(edge, before * REFRAMING.nearly)) {
    moved = Math.sign(center) * ((after - found) / 2 - edge * share);
  }
  const room = Math.max(after - found, 0) / 2;
  return within(moved, [-room, room]);
}

/** @param {string} paragraph @returns {Piece[]} */
function piecesOf(paragraph) {
  const pieces = [];
  let [width, space] = [0, 0];
  for (const char of paragraph) {
    if (char === " " || char === "\t") {
      space += REFRAMING.widths[0] * (char === "\t" ? 8 : 1);
      continue;
    }
    if (width && (space || UNSPACED.test(char))) {
      pieces.push({ width, space });
      [width, space] = [0, 0];
    }
    [width, space] = [width + space + widthOf(char), 0];
  }
  return [...pieces, { width, space }];
}

/** @param {string} char */
function widthOf(char) {
  const count = columns(char);
  if (count !== 1) return count * COLUMN;
  const code = /** @type {number} */ (char.normalize("NFD").codePointAt(0));
  return REFRAMING.widths[code - FIRST] ?? (code >= FIRST_EMOJI ? EMOJI : OTHER);
}

/**
 * Return how many lines a text has that are at most `limit` thousandths wide, and the width of the widest.
 * @param {Piece[][]} paragraphs @param {number} limit @returns {[number, number]}
 */
function linesWithin(paragraphs, limit) {
  let [count, widest] = [0, 0];
  for (const pieces of paragraphs) {
    let [begun, space] = [0, 0];
    count += 1;
    for (const piece of pieces) {
      if (begun && begun + space + piece.width > limit) {
        count += 1;
        [begun, space] = [0, 0];
      }
      begun += space + piece.width;
      while (begun > limit) {
        count += 1;
        widest = limit;
        begun -= limit;
      }
      [widest, space] = [Math.max(widest, begun), piece.space];
    }
  }
  return [count, widest];
}
