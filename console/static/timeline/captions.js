/**
 * Edits of captions. They keep their places, so that typing a time does not move the one that is
 * typed in; those that are added are put in order.
 *
 * @typedef {import("./editor-state.js").State} State
 * @typedef {{start: number, end: number, text: string}} Caption
 */

import { toSeconds } from "./frames.js";

export const CAPTION_SECONDS = 3;
export const CAPTION_LENGTH = 1000; // characters: MAX_CAPTION_TEXT in schemas/editor.py

/**
 * Return the captions of a video: its own, or else the texts of its scenes at the times of these.
 * @param {State} state @param {import("./model.js").Model} model
 * @returns {Caption[]}
 */
export function captionsOf(state, { timeline, plan }) {
  if (state.captions?.length) return state.captions;
  return inOrder(
    timeline.cues.flatMap(({ text }, index) =>
      plan.cues[index].map(({ start, end }) => ({
        start: toSeconds(start, plan.rate),
        end: toSeconds(end, plan.rate),
        text,
      })),
    ),
  );
}

/**
 * @param {State} state
 * @param {Caption[]} captions  that there are
 * @param {Caption} caption
 * @returns {State}
 */
export function addCaption(state, captions, caption) {
  return { ...state, captions: inOrder([...captions, caption]) };
}

/**
 * @param {State} state @param {Caption[]} captions @param {number} index @param {Partial<Caption>} changes
 * @returns {State}
 */
export function editCaption(state, captions, index, changes) {
  const edited = captions.map((each, number) => (number === index ? { ...each, ...changes } : each));
  return { ...state, captions: edited };
}

/** @param {State} state @param {Caption[]} captions @param {number} index @returns {State} */
export function removeCaption(state, captions, index) {
  return { ...state, captions: captions.filter((_, number) => number !== index) };
}

/** @param {Caption[]} captions */
function inOrder(captions) {
  return [...captions].sort((a, b) => a.start - b.start);
}
