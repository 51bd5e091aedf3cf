/**
 * Words that are spoken, with their times: how wide they are, and their parts. The rules are those of
 * timeline/spoken_words.py.
 *
 * @typedef {object} Word  what is spoken from a time up to another one, in seconds
 * @property {string} text
 * @property {number} start
 * @property {number} end
 * @property {boolean} [glued]  there is no space between it and the word before
 * @property {boolean} [continues]  it goes on with a word or phrase that the word before belongs to, so that no
 *   caption and no line begins with it
 */

import { phraseStarts } from "./phrases.js";

const IDEOGRAPHIC = "\\u2e80-\\u312f\\u31a0-\\u9fff\\uf900-\\ufaff\\uff00-\\uff9f\\u{20000}-\\u{3ffff}";
const WIDE = new RegExp(`^[\\u1100-\\u115f${IDEOGRAPHIC}\\uac00-\\ud7a3]`, "u");
// Scripts that are written without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, kana.
export const UNSPACED = new RegExp(`^[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff${IDEOGRAPHIC}]`, "u");
// Their words are in dictionaries of the browser, unlike those of Chinese and Japanese.
const DIVIDED = /[\u0e01-\u0e4e\u0e81-\u0edd\u1000-\u109f\u1780-\u17dd]+/gu;
export const OPENING = "([{<«‹“‘„‚「『（［｛〈《【〔¿¡";
const NO_START = /^[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮーｰ々]/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
export const LETTER = /[\p{L}\p{N}\p{M}]/u;

const [UNDIVIDED, LONGEST_PART] = [12, 22]; // columns of words, and of phrases: what any line has room for

const divider = new Intl.Segmenter("th", { granularity: "word" });

/**
 * Return words with those divided that are long and written without spaces. `continues` is set where a word
 * or phrase goes on, however many words it was given as.
 * @param {Word[]} words
 */
export function partsOf(words) {
  return partsByWord(words).flat();
}

/** Return the parts of each word. @param {Word[]} words @returns {Word[][]} */
export function partsByWord(words) {
  const starts = words.flatMap(({ glued }, number) => (number === 0 || !glued ? [number] : []));
  return starts.flatMap((begin, number) => parts(words.slice(begin, starts[number + 1])));
}

/** Return the text of words. @param {Word[]} words */
export function joined(words) {
  return words.map(({ text, glued }, number) => (number === 0 || glued ? text : ` ${text}`)).join("");
}

/**
 * Return how wide a text is: characters of Chinese, Japanese and Korean are two columns.
 * @param {string} text
 */
export function columns(text) {
  let sum = 0;
  for (const char of text) if (!INVISIBLE.test(char)) sum += WIDE.test(char) ? 2 : 1;
  return sum;
}

/** Return a time in milliseconds. @param {number} seconds */
export function milliseconds(seconds) {
  return Math.floor(seconds * 1000 + 0.5);
}

/**
 * Return the times of texts that share a time, by their widths.
 * @param {string[]} texts @param {number} start @param {number} end
 */
export function spread(texts, start, end) {
  const widths = texts.map((text) => Math.max(1, columns(text)));
  const total = widths.reduce((sum, width) => sum + width, 0);
  let passed = 0;
  const times = [start, ...widths.map((width) => start + ((end - start) * (passed += width)) / total)];
  times[times.length - 1] = end;
  return texts.map((_, number) => [times[number], times[number + 1]]);
}

/** Return the parts of each of words that follow each other without spaces. @param {Word[]} words @returns {Word[][]} */
function parts(words) {
  const text = words.map((word) => word.text).join("");
  if (![...text].some((char) => UNSPACED.test(char))) return words.map((word) => [word]);
  const starts = startsIn(text);
  let position = 0;
  return words.map((word) => {
    const texts = divided(word.text, columns(word.text) > UNDIVIDED ? within(starts, position, word.text.length) : []);
    const times = spread(texts, word.start, word.end);
    return texts.map((each, number) => {
      const [start, end] = times[number];
      const part = { text: each, start, end, glued: position > 0 || Boolean(word.glued), continues: continues(text, position, starts) };
      position += each.length;
      return part;
    });
  });
}

/** Return which places are inside a word, counted from its beginning. @param {Set<number>} places @param {number} begin @param {number} length */
function within(places, begin, length) {
  return Array.from({ length }, (_, index) => index).filter((index) => index > 0 && places.has(begin + index));
}

/** @param {string} text @param {number} position @param {Set<number>} starts */
function continues(text, position, starts) {
  if (position === 0 || position === text.length || starts.has(position)) return false;
  return mayJoin(...beside(text, position));
}

/** Return the characters on both sides of a place. @param {string} text @param {number} position @returns {[string, string]} */
function beside(text, position) {
  return [[...text.slice(Math.max(position - 2, 0), position)].pop() ?? "", String.fromCodePoint(text.codePointAt(position) ?? 0)];
}

/** Return whether characters beside each other may belong to a word of unspaced scripts. @param {string} before @param {string} char */
function mayJoin(before, char) {
  return LETTER.test(before) && !OPENING.includes(char) && [before, char].some((each) => UNSPACED.test(each));
}

/** Return where words or phrases begin in a text after others, as scripts have them. @param {string} text */
function startsIn(text) {
  const phrases = phraseStarts(text).filter((start) => mayBegin(...beside(text, start)));
  return new Set([...boundaries(text), ...phrases]);
}

/** Return where words begin after other words of their script. @param {string} text */
function boundaries(text) {
  return [...text.matchAll(DIVIDED)].flatMap(({ 0: letters, index: begin }) =>
    [...divider.segment(letters)].filter(({ index }) => index > 0).map(({ index }) => begin + index),
  );
}

/**
 * Return the parts of a text between edges, those that are long cut where lines may break.
 * @param {string} text @param {number[]} edges
 */
function divided(text, edges) {
  return [0, ...edges].flatMap((begin, number) => {
    /** @type {string[]} */
    const texts = [];
    let part = "";
    for (const char of text.slice(begin, edges[number] ?? text.length)) {
      if (columns(part + char) > LONGEST_PART && mayBegin([...part].pop() ?? "", char)) {
        texts.push(part);
        part = "";
      }
      part += char;
    }
    return [...texts, part];
  });
}

/** Return whether a line may begin with a character after another one of East Asia. @param {string} before @param {string} char */
function mayBegin(before, char) {
  const isBeginning = (LETTER.test(char) && !NO_START.test(char)) || OPENING.includes(char);
  return isBeginning && [before, char].some((each) => WIDE.test(each)) && !OPENING.includes(before);
}
