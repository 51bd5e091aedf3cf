/**
 * The words of captions as timelines store them: with times in seconds of the timeline. The rules are
 * those of timeline/stored_words.py.
 *
 * @typedef {import("../spoken-words.js").Word} Word
 */

import { MAX_CAPTION_TEXT } from "../facts.js";
import { fitted } from "../fitted-words.js";
import { milliseconds } from "../spoken-words.js";
import { OperationError, textOf, timeOf } from "./arguments.js";

const NAMES = ["text", "start", "end"];

/**
 * Return the words that an operation gives.
 * @param {Record<string, any>} given @param {string} [path]  of what has them, if it is a part of the operation
 * @returns {Word[]|undefined}
 */
export function wordsOf({ words }, path = "") {
  if (words === undefined) return undefined;
  if (!Array.isArray(words)) throw new OperationError(`${path}words`, "Must be a list.");
  return words.map((word, number) => {
    const place = `${path}words.${number}.`;
    const missing = NAMES.find((name) => word?.[name] === undefined);
    if (missing) throw new OperationError(place + missing, "Required.");
    const [start, end] = ["start", "end"].map((name) => /** @type {number} */ (timeOf(word, name, place)));
    return { text: /** @type {string} */ (textOf(word, "text", MAX_CAPTION_TEXT, place)), start, end };
  });
}

/**
 * Return the words of a text that was corrected, at the times of those before.
 * @param {string} text @param {Word[]} words
 */
export function corrected(text, words) {
  return fitted(text, words).map(({ text: each, start, end }) => stored(each, start, end));
}

/** Return words that are spoken so much later. @param {Word[]} words @param {number} seconds */
export function moved(words, seconds) {
  return words.map(({ text, start, end }) => stored(text, Math.max(start + seconds, 0), Math.max(end + seconds, 0)));
}

/** @param {string} text @param {number} start @param {number} end @returns {Word} */
function stored(text, start, end) {
  return { text, start: milliseconds(start) / 1000, end: milliseconds(end) / 1000 };
}
