/**
 * Words that end with a full stop and do not end a sentence. The table is that of the service, and the rules are those of
 * timeline/abbreviations.py.
 */

import { ABBREVIATIONS } from "./text-facts.js";
import { OPENING } from "./spoken-words.js";

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
export function isAbbreviation(word, following) {
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
