/** Colours that exports can draw: those of media/colors.py. */

import { COLOR_NAMES } from "../text-facts.js";

const HEX = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
const NUMBER = String.raw`[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?%?`;
const COMMAS = String.raw`\s*,\s*${NUMBER}\s*,\s*${NUMBER}(?:\s*,\s*${NUMBER})?`;
const SPACES = String.raw`\s+${NUMBER}\s+${NUMBER}(?:\s*/\s*${NUMBER})?`;
const FUNCTION = new RegExp(String.raw`^rgba?\(\s*${NUMBER}(?:${COMMAS}|${SPACES})\s*\)$`);

const NAMES = new Set([...COLOR_NAMES, "transparent"]);

/** @param {string} text */
export function isColor(text) {
  const value = text.replace(/^[ \t\r\n\f]+|[ \t\r\n\f]+$/g, "").toLowerCase();
  return HEX.test(value) || FUNCTION.test(value) || NAMES.has(value);
}
