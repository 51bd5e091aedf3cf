/**
 * Presets of texts: a size, a place and a look that suit a purpose, for the shape of the frame. They
 * are those of timeline/text_presets.py, which says what their numbers are.
 *
 * @typedef {import("./geometry.js").Size} Size
 * @typedef {{size: number, width: number, x: number, y: number, portraitY: number, outline: number,
 *   fields: Record<string, any>}} Preset
 */

import { PRESETS } from "./text-facts.js";
import { LOOK_ARGUMENTS } from "./text-looks.js";

/**
 * Return a text in a preset. Its words and its font stay.
 * @param {Record<string, any>} overlay @param {string} name @param {Size} frame
 */
export function withPreset(overlay, name, { width, height }) {
  const { size, width: wide, x, y, portraitY, outline, fields } = PRESETS[name];
  const shorter = Math.min(width, height);
  const looks = Object.values(LOOK_ARGUMENTS);
  const kept = Object.fromEntries(Object.entries(overlay).filter(([field]) => !looks.includes(field)));
  return {
    ...kept,
    fontSize: Math.max(1, rounded(shorter * size)),
    width: Math.max(1, rounded(width * wide)),
    centerX: rounded(width * x),
    centerY: rounded(height * (height > width ? portraitY : y)),
    ...(outline > 0 && { outlineWidth: Math.max(1, rounded(shorter * outline)) }),
    ...structuredClone(fields),
  };
}

/** @param {number} length */
function rounded(length) {
  return Math.floor(length + 0.5);
}
