/**
 * Phrases of Chinese and Japanese, which are written without spaces: with the models of BudouX. The rules are
 * those of media/drawing/phrases.py, and so are the models.
 */

/** @typedef {typeof import("./phrase-facts.js").PHRASES} Phrases */

const WRITTEN = /[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const KANA = /[\u3041-\u30ff]/gu;

/** @type {Phrases|null} */
let known = null;

/** Load the models if a text needs them. @param {string} text */
export async function loadPhrases(text) {
  if (known || count(text, WRITTEN) === 0) return;
  const { PHRASES } = await import("./phrase-facts.js");
  known = PHRASES;
}

/**
 * Return where phrases of Chinese or Japanese begin in a text after others; none until models are loaded.
 * @param {string} text
 */
export function phraseStarts(text) {
  const written = count(text, WRITTEN);
  if (written === 0 || !known) return [];
  const chars = [...text];
  const name = modelFor(known, text, written);
  /** @type {number[]} */
  const starts = [];
  let offset = 0;
  for (const [index, char] of chars.entries()) {
    if (index > 0 && score(known, name, chars, index) > known.least[name]) starts.push(offset);
    offset += char.length;
  }
  return starts;
}

/**
 * Return the model for a text: of Japanese with kana, else the one that knows more of it.
 * @param {Phrases} phrases @param {string} text @param {number} written
 */
function modelFor({ kanaShare, models }, text, written) {
  if (kanaShare * count(text, KANA) >= written) return "ja";
  const [simplified, traditional] = ["zh-hans", "zh-hant"].map((name) => models[name].weights.UW4);
  let difference = 0;
  for (const char of text) difference += Number(char in simplified) - Number(char in traditional);
  return difference >= 0 ? "zh-hans" : "zh-hant";
}

/** @param {Phrases} phrases @param {string} name @param {string[]} chars @param {number} index */
function score({ windows, models }, name, chars, index) {
  const { weights, base } = models[name];
  return windows.reduce((sum, [window, begin, end]) => {
    if (index + begin < 0 || index + end > chars.length) return sum;
    return sum + (weights[window][chars.slice(index + begin, index + end).join("")] ?? 0);
  }, base);
}

/** @param {string} text @param {RegExp} characters */
const count = (text, characters) => text.match(characters)?.length ?? 0;
