/**
 * The letters of a text as elements: coloured emoji, and the words of a caption that are lit while they
 * are spoken.
 *
 * @typedef {import("../timeline/model.js").TextOverlay} TextOverlay
 */

import { letterStyles } from "./text-looks.js";

// Texts as exports draw them: which characters are kept, and which are emoji. The rules are those
// of media/drawing/layout.py and fonts.py.

const SURROGATE = /\p{Cs}/gu;
const NEWLINE = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/g;
const CONTROL = /[\0-\x08\x0e-\x1b\x1f\x7f-\x9f]/g;
const MARKS = /([\p{Mn}\p{Me}\p{Mc}\p{Cf}]{30})[\p{Mn}\p{Me}\p{Mc}\p{Cf}]+/gu;
const TRAILING = /[ \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]+$/gm; // a browser would centre them, too
const TAB = " ".repeat(8);
const EMPTY_LINE = "\u200b"; // a browser would leave out an empty line at the end
const TEXT_STYLE = "\ufe0e";
const EMOJI_STYLE = /[\ufe0f\u20e3]/;
const clusters = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * Return a text as it is drawn, lines divided by "\n".
 * @param {string} text
 */
function drawnText(text) {
  const lines = text
    .normalize("NFC")
    .replace(SURROGATE, "\ufffd")
    .replaceAll("\t", TAB)
    .replace(NEWLINE, "\n")
    .replace(CONTROL, (found) => (found === "\n" ? found : ""))
    .replace(MARKS, "$1")
    .replace(TRAILING, "");
  return lines === "" || lines.endsWith("\n") ? lines + EMPTY_LINE : lines;
}

/**
 * Divide a text into parts with emoji and parts without.
 * @param {string} text
 * @returns {{text: string, isEmoji: boolean}[]}
 */
function parts(text) {
  /** @type {{text: string, isEmoji: boolean}[]} */
  const found = [];
  for (const { segment } of clusters.segment(text)) {
    const last = found.at(-1);
    const emoji = isEmoji(segment);
    if (last && last.isEmoji === emoji) last.text += segment;
    else found.push({ text: segment, isEmoji: emoji });
  }
  return found;
}

/** Return whether a grapheme cluster is shown as a coloured picture (UTS 51). @param {string} cluster */
function isEmoji(cluster) {
  if (/^[\0-\x7f]*$/.test(cluster) || cluster.includes(TEXT_STYLE)) return false;
  if (EMOJI_STYLE.test(cluster)) return /^\p{Emoji}/u.test(cluster);
  return /^\p{Emoji_Presentation}/u.test(cluster);
}

/**
 * Return the element with the letters of a text.
 * @param {TextOverlay} overlay
 */
export function lettersOf({ text, spoken }) {
  const element = Object.assign(document.createElement("div"), { className: "player-letters" });
  const drawn = drawnText(text);
  if (!spoken) {
    element.append(...nodesOf(drawn));
    return element;
  }
  element.style.setProperty("--spoken", spoken.accent);
  element.classList.toggle("player-alone", spoken.isAlone);
  const words = spoken.words.map(drawnText);
  if (spoken.isAlone) element.append(...words.map((word, number) => wordOf(word, number)));
  else element.append(...divided(drawn, words).flatMap((part) => (part.word < 0 ? nodesOf(part.text) : wordOf(part.text, part.word))));
  return element;
}

/** Light a word of a caption, and no other one. @param {HTMLElement} element  of the caption @param {number} word */
export function light(element, word) {
  for (const each of element.querySelectorAll(".player-word")) {
    each.classList.toggle("lit", Number(/** @type {HTMLElement} */ (each).dataset.word) === word);
  }
}

/**
 * Make those words of a caption smaller that are shown alone and are wider than lines may be.
 * @param {HTMLElement} letters @param {TextOverlay} overlay
 */
export function fitWords(letters, overlay) {
  const { spoken, wrap, fontSize, outlineWidth } = overlay;
  if (!spoken?.isAlone) return;
  const words = /** @type {HTMLElement[]} */ ([...letters.children]);
  for (const { style } of words) style.fontSize = style.textShadow = "";
  const widths = words.map((word) => word.offsetWidth);
  for (const [number, { style }] of words.entries()) {
    const share = wrap / widths[number];
    if (share >= 1) continue;
    style.fontSize = `${share}em`;
    style.textShadow = letterStyles({ ...overlay, fontSize: fontSize * share, outlineWidth: outlineWidth * share }).textShadow;
  }
}

/** @param {string} text @param {number} number */
function wordOf(text, number) {
  const element = Object.assign(document.createElement("span"), { className: "player-word" });
  element.dataset.word = String(number);
  element.append(...nodesOf(text));
  return element;
}

/** @param {string} text @returns {(string|HTMLElement)[]} */
function nodesOf(text) {
  return parts(text).map(({ text: part, isEmoji }) =>
    isEmoji ? Object.assign(document.createElement("span"), { className: "player-emoji", textContent: part }) : part,
  );
}

/**
 * Return a text in parts: its words, and what is between them (-1).
 * @param {string} text @param {string[]} words
 */
function divided(text, words) {
  /** @type {{text: string, word: number}[]} */
  const found = [];
  let position = 0;
  const add = (/** @type {number} */ end, /** @type {number} */ word) => {
    if (end > position) found.push({ text: text.slice(position, end), word });
    position = Math.max(end, position);
  };
  for (const [number, word] of words.entries()) {
    const span = spanOf(text, word, position);
    if (!span) continue;
    add(span.begin, -1);
    add(span.end, number);
  }
  add(text.length, -1);
  return found;
}

/** @param {string} text @param {string} word @param {number} position */
function spanOf(text, word, position) {
  let [begin, end] = [-1, position];
  for (const part of word.split(/\s+/).filter(Boolean)) { // other white space may be between them
    const found = text.indexOf(part, end);
    if (found < 0) return null;
    if (begin < 0) begin = found;
    end = found + part.length;
  }
  return begin < 0 ? null : { begin, end };
}
