/** The fonts of texts: the user's, then those of exports in their order (fonts.css). */

import { at } from "../base.js";
import { loadSheet } from "../style-sheets.js";

/**
 * How far a font reaches above and below the baseline, for a size of 1.
 * @typedef {{ascent: number, descent: number}} Metrics
 */

const SHEETS = [import.meta.resolve("./player.css"), import.meta.resolve("./fonts.css")];
/** By weight. @type {Record<number, string>} */
const PRIMARY = { 400: '"Vidworks LiberationSans-Regular"', 700: '"Vidworks LiberationSans-Bold"' };
/** @type {Metrics} */
const BUNDLED = { ascent: 0.905273, descent: 0.212402 }; // of Liberation Sans
const MEASURED = 1000; // pixels: the size at which fonts are measured
/** @type {Map<string, Promise<Metrics>>} by their families */
const userFonts = new Map();

/** Load the player's style sheets, once. */
export async function loadStyles() {
  await Promise.all(SHEETS.map(loadSheet));
}

/**
 * Set the font that a text is shown in before all others; return its metrics when it is loaded.
 * @param {HTMLElement} element @param {number} weight  of the bundled font
 * @param {string|null} asset  the id of a font asset @param {string} url
 * @returns {Promise<Metrics>}
 */
export async function useFont(element, weight, asset, url) {
  if (asset === null) {
    const family = PRIMARY[weight] ?? PRIMARY[700];
    element.style.setProperty("--player-font", family);
    await loadStyles();
    await document.fonts.load(`bold 1em ${family}`);
    return BUNDLED;
  }
  const family = `vidworks-${asset}`; // an identifier: browsers differ in whether they take quotes here
  element.style.setProperty("--player-font", family);
  const metrics = userFonts.get(family) ?? loadFont(family, url);
  userFonts.set(family, metrics);
  await loadStyles();
  return metrics;
}

/** @param {string} family @param {string} url @returns {Promise<Metrics>} */
async function loadFont(family, url) {
  const face = new FontFace(family, `url(${JSON.stringify(at(url))})`, { weight: "bold" });
  document.fonts.add(face);
  try {
    await face.load();
  } catch {
    return BUNDLED;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  context.font = `bold ${MEASURED}px ${family}`;
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText("");
  return { ascent: fontBoundingBoxAscent / MEASURED, descent: fontBoundingBoxDescent / MEASURED };
}
