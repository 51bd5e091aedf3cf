/**
 * What this page has changed on a timeline, to undo and redo: only its own changes, whatever others
 * have changed meanwhile.
 *
 * @typedef {object} Step
 * @property {any} before  the state without the change
 * @property {any} after  the state with it
 * @property {string|null} key
 * @property {number} [version]  of what others have changed
 * @property {{ids: string[], transition: string|null}} [removed]  what was selected, and was deleted
 *
 * @typedef {object} History
 * @property {Step[]} past  oldest first
 * @property {Step[]} future  next first: what was undone
 */

const MAX_STEPS = 200;

/** @type {History} */
export const EMPTY = { past: [], future: [] };

/**
 * Add a change. Changes with the same key, such as the letters typed into a field or the steps of a
 * drag, are undone together.
 * @param {History} history @param {Step} step
 * @returns {History}
 */
export function record({ past }, step) {
  const last = past.at(-1);
  const continues = last && step.key !== null && step.key === last.key && step.version === last.version;
  if (continues) step = { ...step, before: last.before };
  return { past: [...(continues ? past.slice(0, -1) : past), step].slice(-MAX_STEPS), future: [] };
}

/** End a change that goes on under one key. @param {History} history @returns {History} */
export function seal(history) {
  const last = history.past.at(-1);
  if (!last || last.key === null) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, key: null }] };
}

/** The last change was undone. @param {History} history @param {any} before @param {any} after */
export function undone({ past, future }, before, after) {
  return { past: past.slice(0, -1), future: [{ ...past.at(-1), before, after, key: null }, ...future] };
}

/** The next change was made again. @param {History} history @param {any} before @param {any} after */
export function redone({ past, future }, before, after) {
  return { past: [...past, { ...future[0], before, after, key: null }], future: future.slice(1) };
}
