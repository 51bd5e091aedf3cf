/** What is kept while the Edit screen is not shown: the history of each document, the tabs, and a choice. */

import { signal } from "@preact/signals";
import { user } from "../../../state/session.js";
import { readStored, store } from "../../../stored.js";
import { Steps } from "./steps.js";

/** @typedef {import("../../../documents/document.js").Document} Document */

const CAPTIONS = "vidworks.captions";

/** @type {WeakMap<Document, Steps>} */
const steps = new WeakMap();

/** The tab of the inspector that is shown. */
export const inspectorTab = signal("format");

/** The tab of the bin that is shown. */
export const binTab = signal("scenes");

/** Whether the player shows captions; null: where the video has captions of its own. */
const captionChoice = signal(
  readStored(CAPTIONS, /** @type {boolean | null} */ (null), (value) => typeof value === "boolean"),
);

/** @param {boolean} hasOwn  whether the video has captions of its own */
export const showsCaptions = (hasOwn) => captionChoice.value ?? hasOwn;

/** @param {boolean} shown */
export function chooseCaptions(shown) {
  captionChoice.value = shown;
  store(CAPTIONS, shown);
}

/** The changes of a document that can be undone. @param {Document} document */
export function stepsOf(document) {
  const { path, operations } = document;
  if (!operations) throw new TypeError("This document has no timeline");
  const kept = steps.get(document) ?? new Steps(user.peek()?.id ?? "", path, operations.changes.bind(operations));
  steps.set(document, kept);
  return kept;
}
