/** What was done, said to screen readers. */

import { signal } from "@preact/signals";
import { t } from "../../../i18n.js";
import { timeInWords } from "../../../components/ago.js";
import { rateOf } from "../../../timeline/operations/index.js";
import { entryOf } from "./timeline/lanes.js";

const PAUSE = 400; // milliseconds after the last of several
const AGAIN = "\u00a0"; // makes a text another one, which is said again

/**
 * @typedef {Record<string, string|number>} Values
 * @typedef {import("./editor.js").Editor} Editor
 */

export class Announcements {
  /** The last one. */
  said = signal("");
  #timer = 0;

  /** Say a text of `edit.said`, also if it is the same as before. @param {string} name @param {Values} [values] */
  say(name, values) {
    clearTimeout(this.#timer);
    const text = t(`edit.said.${name}`, values);
    this.said.value = this.said.peek() === text ? `${text}${AGAIN}` : text;
  }

  /** Say a text once nothing else was to be said for a moment. @param {string} name @param {Values} values */
  saySoon(name, values) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.say(name, values), PAUSE);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** Say how long a clip or item is now. @param {Editor} editor @param {string} id */
export function announceLength(editor, id) {
  const entry = entryOf(editor, id);
  if (entry) editor.announce("trimmed", { seconds: (entry.end - entry.start).toFixed(1) });
}

/** Say that something was added. @param {Editor} editor @param {string} id */
export function announceAdded(editor, id) {
  const entry = entryOf(editor, id);
  if (entry) editor.announce("added", { name: entry.label, time: timeSaid(editor, entry.start) });
}

/**
 * What to say when something that is selected is deleted.
 * @param {Editor} editor @param {string[]} ids @param {string|null} transition  which is selected in its place
 * @returns {[string, Values]}
 */
export function deletionSaid(editor, ids, transition) {
  if (transition) return ["cut", {}];
  const entry = ids.length === 1 ? entryOf(editor, ids[0]) : undefined;
  return entry ? ["deletedOne", { name: entry.label }] : ["deleted", { count: ids.length }];
}

/** @param {Editor} editor @param {number} seconds */
export const timeSaid = (editor, seconds) => timeInWords(seconds, rateOf(editor.state.peek()));
