/** A person: initials on a colour that depends on their id. */

import { html } from "htm/preact";
import { hue } from "./card.js";

/** @param {{userId: string, name: string | null}} props */
export function Initials({ userId, name }) {
  return html`<span class="initials" style=${{ "--hue": hue(userId) }} aria-hidden="true">${initialsOf(name ?? "?")}</span>`;
}

/** The first letters of the first and the last word of a name. @param {string} name */
function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => [...word][0] ?? "").join("").toLocaleUpperCase();
}
