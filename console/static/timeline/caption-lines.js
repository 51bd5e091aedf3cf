/**
 * Captions from spoken words: lines, splits and times. The rules are those of
 * timeline/caption_lines.py; the cases in tests/timeline/caption_lines.json hold both together.
 *
 * @typedef {import("./spoken-words.js").Word} Word
 * @typedef {{start: number, end: number, text: string, words: Word[]}} Caption  lines that are shown together
 */

import { OPENING, columns, joined, milliseconds } from "./spoken-words.js";
import { ABBREVIATIONS } from "./text-facts.js";

// Words that end with a full stop and do not end a sentence. The table is that of the service, and the rules are those of
// timeline/abbreviations.py.

// Of each language with voices that has any: what something always follows; what a number follows; and what
// may end a sentence or be a word, unless it goes on in small letters or with a number.
const INITIALS = /^(?:\p{L}\.)+$/u; // "J.", "e.g.", "z.B."

const [LEADING, NUMBERED, INNER] = [0, 1, 2].map(
  (number) => new Set(ABBREVIATIONS.trim().split("\n").flatMap((line) => words(line.slice(line.indexOf(":") + 1).split("|")[number]))),
);

/**
 * Return whether a word with a full stop goes on with the following one.
 * @param {string} word @param {string} following
 */
function isAbbreviation(word, following) {
  if (!word.endsWith(".")) return false;
  let begin = 0;
  while (`"'${OPENING}`.includes(word[begin])) begin += 1;
  const text = word.slice(begin).toLowerCase();
  if (INNER.has(text)) return /^[\p{Ll}\p{Nd}]/u.test(following);
  if (NUMBERED.has(text) && /^\p{Nd}/u.test(following)) return true;
  return LEADING.has(text) || INITIALS.test(text);
}

/** @param {string} column */
function words(column) {
  return column.trim().split(/ +/).filter(Boolean).map((word) => `${word}.`);
}

export const MAX_COLUMNS = 42; // of a line; narrow frames have fewer
export const MIN_SECONDS = 1; // for which a caption is shown, at least
const MAX_SECONDS = 7;
export const GAP = 0.3; // seconds: a shorter one between captions is closed
const [PAUSE, LONG_PAUSE] = [300, 1000]; // milliseconds of silence between words

const SENTENCE = /[.!?…。！？｡।॥؟۔։።፧](?:["'”’»)」』）\]]*)$/u;
const CLAUSE = /[,;:—–،؛、，；：､፣፤·](?:["'”’»)」』）\]]*)$/u;

// What splits cost, in milliseconds of a caption that is too short.
const COSTS = { each: 500, lone: 20_000, innerSentence: 700, clause: 200, pause: 300, anywhere: 800 };
const [BEHIND_SHORT, BEHIND_ABBREVIATION, INSIDE] = [100, 5000, 5000];
const UNEQUAL = 100_000; // the squares of what captions are shown are divided by

const SHORT = 3; // letters of a word that belongs to the next one, such as an article
const SHORT_BEFORE = "\u0700"; // up to Arabic; in Hindi or Korean, such a word belongs to the one before

/**
 * Return the captions of words that `partsOf` returned.
 * @param {Word[]} words @param {number} [most]  columns of a line @returns {Caption[]}
 */
export function linesOf(words, most = MAX_COLUMNS) {
  return splits(words, most).map(([begin, end]) => captionOf(words.slice(begin, end), words[end]?.start, most));
}

/**
 * Return which words each caption has: those that cost least together.
 * @param {Word[]} words @param {number} most
 */
function splits(words, most) {
  /** @type {{cost: number, end: number}[]} the best captions of the words from each one on */
  const best = [];
  best[words.length] = { cost: 0, end: words.length };
  for (let begin = words.length - 1; begin >= 0; begin -= 1) {
    for (const end of endsOf(words, begin, most)) {
      const cost = costOf(words, begin, end) + best[end].cost;
      if (!best[begin] || cost <= best[begin].cost) best[begin] = { cost, end };
    }
  }
  /** @type {[number, number][]} */
  const found = [];
  for (let begin = 0; begin < words.length; begin = best[begin].end) found.push([begin, best[begin].end]);
  return found;
}

/**
 * Return where a caption may end that begins with a word: it fits, or has one word alone.
 * @param {Word[]} words @param {number} begin @param {number} most
 */
function endsOf(words, begin, most) {
  const ends = [begin + 1];
  for (let end = begin + 2; end <= words.length; end += 1) {
    if (words[end - 1].end - words[begin].start > MAX_SECONDS) break;
    if (lineEnd(words.slice(begin, end), most) < 0) break;
    ends.push(end);
  }
  return ends;
}

/** @param {Word[]} words @param {number} begin @param {number} end */
function costOf(words, begin, end) {
  const isLast = end === words.length;
  const start = milliseconds(words[begin].start);
  const spoken = milliseconds(words[end - 1].end) - start;
  const shown = Math.max(spoken, isLast ? 1000 : Math.min(1000, milliseconds(words[end].start) - start));
  let cost = COSTS.each + Math.max(0, 1000 - shown) + Math.floor((shown * shown) / UNEQUAL);
  if (end - begin === 1 && words.length > 1) cost += COSTS.lone;
  for (let number = begin; number < end - 1; number += 1) {
    if (endsSentence(words, number)) cost += COSTS.innerSentence;
    const pause = pauseAfter(words, number);
    if (pause >= LONG_PAUSE) cost += pause;
  }
  return cost + (isLast ? 0 : endCost(words, end - 1));
}

/** Return what it costs to end a caption behind a word. @param {Word[]} words @param {number} number */
function endCost(words, number) {
  const { text } = words[number];
  if (words[number + 1].continues) return INSIDE;
  if (isAbbreviated(words, number)) return BEHIND_ABBREVIATION;
  if (endsSentence(words, number)) return 0;
  if (CLAUSE.test(text)) return COSTS.clause;
  if (pauseAfter(words, number) >= PAUSE) return COSTS.pause;
  return COSTS.anywhere + (leads(text) ? BEHIND_SHORT : 0);
}

/**
 * Return how many words the first line has; -1 if they do not fit into two of `most` columns. Both lines
 * are about as long, the second one rather longer, and the first one ends a clause rather than not.
 * @param {Word[]} words @param {number} most
 */
function lineEnd(words, most) {
  const widths = words.map(({ text, glued }) => columns(text) + Number(!glued));
  const total = widths.reduce((sum, width) => sum + width, 0);
  const margin = Number(!words[0].glued);
  if (total - margin <= most || words.length === 1) return words.length;
  const begins = words.slice(1).some(({ continues }) => !continues);
  let [found, least, first] = [-1, 0, 0];
  for (let end = 1; end < words.length; end += 1) {
    first += widths[end - 1];
    if (begins && words[end].continues) continue;
    const [top, bottom] = [first - margin, total - first - Number(!words[end].glued)];
    // A word that is longer than a line may be one.
    if ((top > most && end > 1) || (bottom > most && end < words.length - 1)) continue;
    let cost = Math.abs(top - bottom) + (top > bottom ? 6 : 0) + lineCost(words, end - 1);
    if (end === 1 || words.length - end === 1) cost += 12;
    if (found < 0 || cost <= least) [found, least] = [end, cost];
  }
  return found;
}

/** Return what it costs to end the first line behind a word, in columns. @param {Word[]} words @param {number} number */
function lineCost(words, number) {
  if (isAbbreviated(words, number)) return 30;
  if (endsSentence(words, number)) return -16;
  if (CLAUSE.test(words[number].text)) return -10;
  return leads(words[number].text) ? 10 : 0;
}

/** @param {Word[]} words @param {number} number */
function endsSentence(words, number) {
  return SENTENCE.test(words[number].text) && !isAbbreviated(words, number);
}

/** Return whether a word is an abbreviation that goes on with the next word. @param {Word[]} words @param {number} number */
function isAbbreviated(words, number) {
  const following = words[number + 1]?.text;
  return Boolean(following) && isAbbreviation(words[number].text, following);
}

/**
 * Return the caption of words; it ends when the following word begins, at the latest.
 * @param {Word[]} words @param {number|undefined} following @param {number} most
 * @returns {Caption}
 */
function captionOf(words, following, most) {
  const { start } = words[0];
  let end = Math.max(words[words.length - 1].end, start + MIN_SECONDS);
  if (following !== undefined && (following < end || following - end < GAP)) end = following;
  const line = Math.max(lineEnd(words, most), 1);
  const lines = [words.slice(0, line), words.slice(line)].filter((each) => each.length > 0).map(joined);
  return { start, end: Math.min(end, start + MAX_SECONDS), text: lines.join("\n"), words };
}

/** Return how long it is silent after a word, in milliseconds. @param {Word[]} words @param {number} number */
function pauseAfter(words, number) {
  return milliseconds(words[number + 1].start) - milliseconds(words[number].end);
}

/** Return whether a word is so short that it belongs to the next one, as articles do. @param {string} text */
function leads(text) {
  return [...text].length <= SHORT && text < SHORT_BEFORE;
}
