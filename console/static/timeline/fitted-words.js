/**
 * The words of a text with the times of what was spoken. The rules are those of
 * timeline/fitted_words.py; the cases in tests/timeline/fitted_words.json hold both together.
 *
 * @typedef {import("./spoken-words.js").Word} Word
 * @typedef {{begin: number, end: number, words: Word[]}} Piece
 *   a part of a text, by characters, and the words whose time it takes
 */

import { LETTER, OPENING, UNSPACED, spread } from "./spoken-words.js";

const SPACE = /[ \t\n\r\u2000-\u200a\u2028\u2029\u205f\u3000]+/u;
const WINDOW = 24; // characters of the text in which a word is searched

/**
 * Return the words of a text with the times of the words that were spoken. A mark between two words
 * belongs to the one before, an opening bracket to the one behind. What was not spoken so takes the
 * time of words that the text lacks there, or of the word before. Without a text, words of scripts
 * without spaces follow each other closely.
 * @param {string|null} text @param {Word[]} words
 * @returns {Word[]}
 */
export function fitted(text, words) {
  if (text === null || !LETTER.test(text)) return words.map((_, number) => guessed(words, number));
  if (words.length === 0) return [];
  const chars = [...text];
  return withMarks(chars, matched(chars, words)).flatMap((piece) => timed(chars, piece));
}

/** @param {Word[]} words @param {number} number @returns {Word} */
function guessed(words, number) {
  const word = words[number];
  const beside = number ? [...words[number - 1].text].slice(-1).concat([...word.text].slice(0, 1)) : [];
  return { ...word, glued: beside.some((char) => UNSPACED.test(char)) };
}

/** Return the parts of a text that words or missing words take. @param {string[]} chars @param {Word[]} words */
function matched(chars, words) {
  const lowered = lower(chars);
  /** @type {Piece[]} */
  const pieces = [];
  /** @type {Word[]} */
  let missing = [];
  let position = 0;
  for (const word of words) {
    const core = coreOf(lower([...word.text]));
    const begin = find(lowered, core, position);
    if (begin < 0) {
      missing.push(word);
      continue;
    }
    skip(chars, position, begin, missing, pieces);
    position = begin + core.length;
    pieces.push({ begin, end: position, words: [word] });
    missing = [];
  }
  skip(chars, position, chars.length, missing, pieces);
  if (pieces.length > 1 && pieces[0].words.length === 0) {
    const [{ begin }, following] = pieces; // nothing was spoken before the first word
    pieces.splice(0, 2, { ...following, begin });
  }
  return pieces;
}

/**
 * Give the words of a part of the text to the missing ones, or else to the piece before.
 * @param {string[]} chars @param {number} begin @param {number} end
 * @param {Word[]} missing @param {Piece[]} pieces
 */
function skip(chars, begin, end, missing, pieces) {
  const letters = lettersOf(chars, begin, end);
  if (letters.length === 0) return;
  const last = letters[letters.length - 1] + 1;
  const before = pieces.at(-1);
  if (before && missing.length === 0) before.end = last;
  else pieces.push({ begin: letters[0], end: last, words: missing });
}

/**
 * Return where a word is in a text, from a position on and not far from it; -1 if nowhere.
 * @param {string[]} chars @param {string[]} core @param {number} position
 */
function find(chars, core, position) {
  if (core.length === 0) return -1;
  const last = Math.min(position + WINDOW, chars.length - core.length);
  for (let begin = position; begin <= last; begin += 1) {
    const isThere = core.every((char, index) => chars[begin + index] === char);
    if (isThere && isEdge(chars, begin) && isEdge(chars, begin + core.length)) return begin;
  }
  return -1;
}

/** Return whether a word may begin or end at an index. @param {string[]} chars @param {number} index */
function isEdge(chars, index) {
  if (index === 0 || index >= chars.length) return true;
  const beside = [chars[index - 1], chars[index]];
  return !beside.every((char) => LETTER.test(char)) || beside.some((char) => UNSPACED.test(char));
}

/** Return the pieces with what is between them. @param {string[]} chars @param {Piece[]} pieces */
function withMarks(chars, pieces) {
  let begin = 0;
  return pieces.map(({ end, words }, number) => {
    const following = pieces[number + 1];
    const piece = { begin, end: following ? cut(chars, end, following.begin) : chars.length, words };
    begin = piece.end;
    return piece;
  });
}

/**
 * Return where the text between two words is divided.
 * @param {string[]} chars @param {number} begin @param {number} end
 */
function cut(chars, begin, end) {
  const between = chars.slice(begin, end);
  const isSpace = (/** @type {number} */ index) => index < between.length && SPACE.test(between[index]);
  const spaces = [...between.keys()].flatMap((index) => (isSpace(index) && !isSpace(index + 1) ? [index + 1] : []));
  const [earlier, last] = [spaces.at(-2), spaces.at(-1)];
  if (earlier !== undefined && OPENING.includes(between[earlier])) return begin + earlier; // as in French
  if (last !== undefined) return begin + last;
  const opening = between.findIndex((char) => OPENING.includes(char));
  return opening < 0 ? end : begin + opening;
}

/** Return the words of a piece of a text. @param {string[]} chars @param {Piece} piece @returns {Word[]} */
function timed(chars, { begin, end, words }) {
  /** @type {string[]} */
  const texts = [];
  for (const each of chars.slice(begin, end).join("").split(SPACE)) {
    if (each === "") continue;
    const before = texts.at(-1);
    if (before !== undefined && !(LETTER.test(each) && LETTER.test(before))) texts[texts.length - 1] += ` ${each}`;
    else texts.push(each);
  }
  const glued = begin > 0 && !SPACE.test(chars[begin - 1]) && !SPACE.test(chars[begin]);
  const times =
    texts.length === words.length
      ? words.map((word) => [word.start, word.end])
      : spread(texts, words[0].start, words[words.length - 1].end);
  return texts.map((text, number) => ({
    text,
    start: times[number][0],
    end: times[number][1],
    glued: glued && number === 0,
  }));
}

/** Return a word without the marks around it. @param {string[]} chars */
function coreOf(chars) {
  const letters = lettersOf(chars, 0, chars.length);
  return letters.length ? chars.slice(letters[0], letters[letters.length - 1] + 1) : [];
}

/** @param {string[]} chars @param {number} begin @param {number} end */
function lettersOf(chars, begin, end) {
  const indexes = [];
  for (let index = begin; index < end; index += 1) if (LETTER.test(chars[index])) indexes.push(index);
  return indexes;
}

/** Return characters in lower case, as many as there are. @param {string[]} chars */
function lower(chars) {
  return chars.map((char) => {
    const low = char.toLowerCase();
    return [...low].length === 1 ? low : char;
  });
}
