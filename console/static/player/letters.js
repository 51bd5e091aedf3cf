/**
 * The letters of a text as elements: coloured emoji, and the words of a caption that are lit while they
 * are spoken.
 *
 * @typedef {import("../timeline/model.js").TextOverlay} TextOverlay
 */

import { letterStyles } from "./text-looks.js";
import { drawnText, parts } from "./text.js";

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
