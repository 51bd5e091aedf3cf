/**
 * Edits of captions, which stay in the order of their times.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {{start: number, end: number, text: string}} Caption
 */

/** @param {State} state @param {Caption} caption @returns {State} */
export function addCaption(state, caption) {
  return withCaptions(state, [...captionsOf(state), caption]);
}

/** @param {State} state @param {number} index @param {Partial<Caption>} changes @returns {State} */
export function editCaption(state, index, changes) {
  const captions = captionsOf(state);
  return withCaptions(
    state,
    captions.map((each, number) => (number === index ? { ...each, ...changes } : each)),
  );
}

/** @param {State} state @param {number} index @returns {State} */
export function removeCaption(state, index) {
  return withCaptions(state, captionsOf(state).filter((_, number) => number !== index));
}

/** @param {State} state @returns {Caption[]} */
function captionsOf(state) {
  return state.captions ?? [];
}

/** @param {State} state @param {Caption[]} captions @returns {State} */
function withCaptions(state, captions) {
  return { ...state, captions: [...captions].sort((a, b) => a.start - b.start) };
}
