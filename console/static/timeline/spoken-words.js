/**
 * Words that are spoken, with their times: how wide they are, and their parts. The rules are those of
 * timeline/spoken_words.py.
 *
 * @typedef {object} Word  what is spoken from a time up to another one, in seconds
 * @property {string} text
 * @property {number} start
 * @property {number} end
 * @property {boolean} [glued]  there is no space between it and the word before
 */

const IDEOGRAPHIC = "\\u2e80-\\u312f\\u31a0-\\u9fff\\uf900-\\ufaff\\uff00-\\uff9f\\u{20000}-\\u{3ffff}";
const WIDE = new RegExp(`^[\\u1100-\\u115f${IDEOGRAPHIC}\\uac00-\\ud7a3]`, "u");
// Scripts that are written without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, kana.
export const UNSPACED = new RegExp(`^[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff${IDEOGRAPHIC}]`, "u");
// Their words are in dictionaries of the browser, unlike those of Chinese and Japanese.
const DIVIDED = /[\u0e01-\u0e4e\u0e81-\u0edd\u1000-\u109f\u1780-\u17dd]+/gu;
export const OPENING = "([{<«‹“‘„‚「『（［｛〈《【〔¿¡";
const WORD_START = /(?<=[\u3041-\u309f、。，！？])(?=[\u30a1-\u30fa\u3400-\u9fff])/gu;
const NO_START = /^[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮーｰ々]/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
export const LETTER = /[\p{L}\p{N}\p{M}]/u;

const [LONGEST_PART, CUT] = [12, 8]; // columns of what is not divided, and of parts without boundaries

const divider = new Intl.Segmenter("th", { granularity: "word" });

/** Return words with those divided that are long and written without spaces. @param {Word[]} words */
export function partsOf(words) {
  return words.flatMap((word) => parts(word));
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

/** @param {Word} word @returns {Word[]} */
function parts(word) {
  const { text, glued = false } = word;
  if (columns(text) <= LONGEST_PART || ![...text].some((char) => UNSPACED.test(char))) return [word];
  const edges = new Set([...boundaries(text), ...[...text.matchAll(WORD_START)].map(({ index }) => index)]);
  const texts = divided(text, [...edges].sort((a, b) => a - b));
  const times = spread(texts, word.start, word.end);
  return texts.map((each, number) => ({
    text: each,
    start: times[number][0],
    end: times[number][1],
    glued: number > 0 || glued,
  }));
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
      if (columns(part) >= CUT && mayBreak(part, char)) {
        texts.push(part);
        part = "";
      }
      part += char;
    }
    return [...texts, part];
  });
}

/** @param {string} before @param {string} char */
function mayBreak(before, char) {
  return WIDE.test(char) && LETTER.test(char) && !NO_START.test(char) && !OPENING.includes(before.slice(-1));
}
