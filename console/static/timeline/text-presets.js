/**
 * Presets of texts: a size, a place and a look that suit a purpose, for the shape of the frame. They
 * are those of timeline/text_presets.py, which says what their numbers are.
 *
 * @typedef {import("./geometry.js").Size} Size
 * @typedef {{size: number, width: number, x: number, y: number, portraitY: number, outline: number,
 *   fields: Record<string, any>}} Preset
 */

import { LOOK_ARGUMENTS } from "./text-looks.js";

/** @type {Record<string, Preset>} */
const PRESETS = {
  title: {
    size: 0.11,
    width: 0.84,
    x: 0,
    y: 0,
    portraitY: 0,
    outline: 0,
    fields: {
      fontColor: "#ffffff",
      lineHeight: 1.1,
      animationIn: { type: "fade", seconds: 0.5 },
      animationOut: { type: "fade", seconds: 0.5 },
    },
  },
  lowerThird: {
    size: 0.05,
    width: 0.6,
    x: -0.1,
    y: 0.34,
    portraitY: 0.22,
    outline: 0,
    fields: {
      fontColor: "#ffffff",
      align: "left",
      lineHeight: 1.3,
      shadow: false,
      backgroundColor: "#000000b3",
      animationIn: { type: "slideright", seconds: 0.6 },
      animationOut: { type: "fade", seconds: 0.4 },
    },
  },
  callToAction: {
    size: 0.065,
    width: 0.76,
    x: 0,
    y: 0.3,
    portraitY: 0.2,
    outline: 0,
    fields: {
      fontColor: "#111111",
      shadow: false,
      backgroundColor: "#ffd60a",
      animationIn: { type: "slideup", seconds: 0.6 },
      animationOut: { type: "fade", seconds: 0.4 },
    },
  },
  caption: {
    size: 0.055,
    width: 0.8,
    x: 0,
    y: 0.36,
    portraitY: 0.26,
    outline: 0.005,
    fields: { fontColor: "#ffffff", outlineColor: "#000000", shadow: false },
  },
};
export const TEXT_PRESETS = Object.keys(PRESETS);

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
