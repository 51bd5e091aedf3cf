/**
 * Corrections of what a voice says, by the captions that are made from its words.
 *
 * @typedef {import("./spoken-words.js").Word} Word
 * @typedef {{spokenText: string|null, words: Word[]}} Said  what a voice says
 * @typedef {{from: number, to: number}} Range  of parts of words, as captions are made from them
 */

import { fitted } from "./fitted-words.js";
import { joined, milliseconds, partsByWord } from "./spoken-words.js";

const LETTER = /[\p{L}\p{N}]/u;

/**
 * Return what a voice says when the text of one caption is corrected; null: the text has no word. As many
 * words as before keep their times, others share the time of the caption. The other words stay as they are.
 * @param {Said} said @param {Range} range  of the caption @param {string} text
 * @returns {{text: string, words: Word[]} | null}
 */
export function correctedSpeech({ spokenText, words }, range, text) {
  if (!LETTER.test(text)) return null;
  const { before, within, after } = divided(fitted(spokenText, words), range);
  if (within.length === 0) return null;
  const all = [...before, ...corrected(text, within), ...after];
  return { text: joined(all), words: all.map((word) => ({ text: word.text, start: word.start, end: word.end })) };
}

/**
 * Divide words at the ends of a caption. A word that is partly in it is divided into its parts.
 * @param {Word[]} words @param {Range} range
 */
function divided(words, { from, to }) {
  /** @type {{before: Word[], within: Word[], after: Word[]}} */
  const found = { before: [], within: [], after: [] };
  let number = 0;
  for (const [index, parts] of partsByWord(words).entries()) {
    const first = number;
    number += parts.length;
    if (number <= from) found.before.push(words[index]);
    else if (first >= to) found.after.push(words[index]);
    else parts.forEach((part, at) => found[placeOf(first + at, from, to)].push(part));
  }
  return found;
}

/** @param {number} number @param {number} from @param {number} to */
function placeOf(number, from, to) {
  if (number < from) return "before";
  return number < to ? "within" : "after";
}

/** Return the words of a text in the place of others. @param {string} text @param {Word[]} words @returns {Word[]} */
function corrected(text, words) {
  const [first, ...others] = words;
  const isUnspaced = others.some(({ glued }) => glued);
  if (isUnspaced) return glueFirst(fitted(text, words).map(rounded), first);
  const span = { text: "", start: first.start, end: words[words.length - 1].end };
  const spread = fitted(text, [span]);
  const isSame = spread.length === words.length;
  const timed = isSame ? spread.map((word, index) => ({ ...words[index], text: word.text, glued: word.glued })) : spread.map(rounded);
  return glueFirst(timed, first);
}

/** Let a text follow closely what its first word followed closely. @param {Word[]} words @param {Word} first */
function glueFirst([begin, ...rest], { glued }) {
  return [{ ...begin, glued: glued ?? false }, ...rest];
}

/** @param {Word} word @returns {Word} */
function rounded(word) {
  return { ...word, start: milliseconds(word.start) / 1000, end: milliseconds(word.end) / 1000 };
}
