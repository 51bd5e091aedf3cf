/**
 * Undo and redo of states.
 *
 * @template T
 * @typedef {object} History
 * @property {T[]} past  oldest first
 * @property {T} present
 * @property {T[]} future  next first
 * @property {string|null} key  of the last change
 */

const MAX_STEPS = 200;

/** @template T @param {T} present @returns {History<T>} */
export function createHistory(present) {
  return { past: [], present, future: [], key: null };
}

/**
 * Add a change. Changes with the same key, such as the letters typed into a field or the steps of a
 * drag, are undone together.
 * @template T @param {History<T>} history @param {T} state @param {string|null} [key]
 * @returns {History<T>}
 */
export function record(history, state, key = null) {
  if (state === history.present) return history;
  const continues = key !== null && key === history.key;
  const past = continues ? history.past : [...history.past, history.present].slice(-MAX_STEPS);
  return { past, present: state, future: [], key };
}

/** End a change that goes on under one key. @template T @param {History<T>} history */
export function seal(history) {
  return history.key === null ? history : { ...history, key: null };
}

/** @template T @param {History<T>} history @returns {History<T>} */
export function undo(history) {
  const { past, present, future } = history;
  if (past.length === 0) return history;
  const before = /** @type {T} */ (past.at(-1));
  return { past: past.slice(0, -1), present: before, future: [present, ...future], key: null };
}

/** @template T @param {History<T>} history @returns {History<T>} */
export function redo(history) {
  const { past, present, future } = history;
  if (future.length === 0) return history;
  return { past: [...past, present], present: future[0], future: future.slice(1), key: null };
}
