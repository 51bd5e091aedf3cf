/**
 * What this page has changed on a timeline, to undo and redo: only its own changes, whatever others
 * have changed meanwhile.
 *
 * @typedef {object} Step
 * @property {string} id  stays, whatever becomes of the step
 * @property {number} madeAt  Unix milliseconds, later than the step before
 * @property {any} [before]  the state without the change
 * @property {any} [after]  the state with it
 * @property {import("./operations/changes.js").Change[]} [changes]  in place of both, of an earlier visit
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
  if (continues) step = { ...step, id: last.id, before: last.before };
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
  return { past: past.slice(0, -1), future: [moved(past[past.length - 1], before, after), ...future] };
}

/** The next change was made again. @param {History} history @param {any} before @param {any} after */
export function redone({ past, future }, before, after) {
  return { past: [...past, moved(future[0], before, after)], future: future.slice(1) };
}

/**
 * Add the steps of earlier visits before what was changed since.
 * @param {History} history @param {(Step & {isUndone: boolean})[]} found  in the order in which they were made
 * @returns {History}
 */
export function continued({ past, future }, found) {
  const [before, after] = [false, true].map((is) => found.filter(({ isUndone }) => isUndone === is));
  const isNew = past.length + future.length > 0;
  return { past: [...before, ...past].slice(-MAX_STEPS), future: isNew ? future : after };
}

/** @param {Step} step @param {any} before @param {any} after @returns {Step} */
function moved({ changes, ...step }, before, after) {
  return { ...step, before, after, key: null };
}
