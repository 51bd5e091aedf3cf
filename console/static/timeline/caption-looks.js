/**
 * How captions look, and where they are in the frame. The numbers are those of
 * export/plan/caption_looks.py.
 *
 * @typedef {object} CaptionLook
 * @property {"plain"|"box"|"karaoke"|"one-word"} style
 * @property {string} color
 * @property {string} accent  of the word that is spoken
 * @property {"bottom"|"middle"|"top"} position
 * @property {boolean} isChosen  whether the work says how its captions look
 *
 * @typedef {{words: string[], accent: string, isAlone: boolean}} SpokenText
 */

import { MAX_COLUMNS } from "./caption-lines.js";
import { CAPTIONS } from "./facts.js";
import { PLAIN } from "./text-looks.js";

export const CAPTION_STYLES = ["plain", "box", "karaoke", "one-word"];
export const CAPTION_POSITIONS = ["bottom", "middle", "top"];
/** @type {CaptionLook} */
const PLAIN_CAPTIONS = { style: "plain", color: "#ffffff", accent: "#ffd400", position: "bottom", isChosen: false };

const { wrap: WRAP, size: SIZE, larger: LARGER, largest: LARGEST, margin: MARGIN, outline: OUTLINE } = CAPTIONS;
const { column: COLUMN, box: BOX, middles: MIDDLES, upright: UPRIGHT } = CAPTIONS;

/** Return the look of a work's captions. @param {any} work @returns {CaptionLook} */
export function captionLook(work) {
  const captions = work.sound?.captions;
  const given = Object.entries(captions ?? {}).filter(([key, value]) => key in PLAIN_CAPTIONS && value !== null);
  return { ...PLAIN_CAPTIONS, ...Object.fromEntries(given), isChosen: captions != null };
}

/** Return whether captions change with each spoken word. @param {CaptionLook} look */
export function followsWords({ style }) {
  return style === "karaoke" || style === "one-word";
}

/**
 * Return how many columns the lines of captions have in a frame.
 * @param {{width: number, height: number}} frame @param {CaptionLook} look
 */
export function lineColumns({ width, height }, look) {
  const size = sizeOf(look, false) * Math.min(width, height);
  return Math.min(MAX_COLUMNS, Math.floor((WRAP * width) / (size * COLUMN)));
}

/**
 * Return a caption as a text of the frame.
 * @param {import("./timeline.js").Cue} cue @param {CaptionLook} look
 * @param {{width: number, height: number}} frame @param {number} scale  of the shadow
 * @returns {import("./model.js").TextOverlay}
 */
export function captionOverlay({ text, words }, look, frame, scale) {
  const { width, height } = frame;
  const isAlone = look.style === "one-word" && words.length > 0;
  const fontSize = Math.min(width, height) * sizeOf(look, isAlone);
  return {
    ...PLAIN,
    kind: "text",
    id: null,
    text,
    fontSize,
    color: look.color,
    centerX: 0,
    centerY: captionRoom(frame, look).middle - height / 2,
    wrap: width * WRAP,
    scale,
    fontAsset: null,
    shadow: look.style === "plain",
    background: look.style === "box" ? BOX : null,
    outlineWidth: followsWords(look) ? fontSize * OUTLINE : 0,
    spoken: followsWords(look) && words.length > 0 ? { words: words.map((word) => word.text), accent: look.accent, isAlone } : null,
  };
}

/**
 * Return where captions may be in a frame.
 * @param {{width: number, height: number}} frame @param {CaptionLook} look
 * @returns {import("./caption-places.js").Room}
 */
export function captionRoom({ width, height }, { position, isChosen }) {
  const top = Math.min(width, height) * MARGIN;
  if (isChosen && position === "bottom" && height > width) {
    return { top, bottom: height * UPRIGHT.end, middle: height * UPRIGHT.bottom };
  }
  return { top, bottom: height - top, middle: height * MIDDLES[position] };
}

/**
 * Return the size of the font as a share of the frame's shorter side.
 * @param {CaptionLook} look @param {boolean} isAlone  whether only the spoken word is shown
 */
function sizeOf(look, isAlone) {
  if (isAlone) return LARGEST;
  return followsWords(look) ? LARGER : SIZE;
}
