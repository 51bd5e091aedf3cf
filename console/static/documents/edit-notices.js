/**
 * What to tell of changes that others made to the same objects of a timeline as this page. Nothing has to
 * be decided: the later change of a property wins, and a deletion wins over changes.
 *
 * @typedef {import("../timeline/operations/changes.js").Change} Change
 * @typedef {"kept"|"replaced"|"deleted"|"undone"|"refused"} Outcome  the changes of both are kept; this
 *   page's replaces that of the other one; the other one deleted the object; the other one undid what was
 *   saved; the service refused an operation of this page
 *
 * @typedef {object} Notice
 * @property {Outcome} outcome
 * @property {Change} [theirs]
 * @property {Change} [mine]
 * @property {string} [message]  of the service
 * @property {Change[]} other  to revert for the other outcome; empty if there is none
 */

import { equal } from "./merge.js";

/**
 * Return notices, one of each object.
 * @param {Change[]} theirs  from the version before to that of the service
 * @param {Change[]} mine  from the version before to that of this page
 * @param {Change[]} saved  what this page has saved earlier
 * @returns {Notice[]}
 */
export function noticesOf(theirs, mine, saved) {
  /** @type {Map<string, Notice>} */
  const notices = new Map();
  for (const change of theirs) {
    const object = `${change.kind} ${change.id}`;
    const notice = meeting(change, mine) ?? undoing(change, saved);
    const known = notices.get(object);
    if (notice && (!known || known.outcome === "kept")) notices.set(object, notice);
  }
  return [...notices.values()];
}

/**
 * A change of an object that this page is changing.
 * @param {Change} theirs @param {Change[]} changes
 * @returns {Notice|null}
 */
function meeting(theirs, changes) {
  const own = changes.filter(({ kind, id }) => kind === theirs.kind && id === theirs.id);
  if (!own.length || theirs.added || own[0].added) return null;
  if (theirs.removed) return own[0].removed ? null : { outcome: "deleted", theirs, mine: own[0], other: [theirs] };
  const mine = own.find(({ field }) => field === theirs.field) ?? own[0];
  if (mine.removed || mine.field !== theirs.field) return { outcome: "kept", theirs, mine, other: [] };
  if (equal(mine.after, theirs.after)) return null;
  const other = [{ ...mine, before: theirs.after }];
  return { outcome: "replaced", theirs, mine, other };
}

/**
 * A change that undoes what this page has saved: another client may have saved an old copy.
 * @param {Change} theirs @param {Change[]} saved
 * @returns {Notice|null}
 */
function undoing(theirs, saved) {
  const mine = saved.findLast((change) => isInverse(change, theirs));
  return mine ? { outcome: "undone", theirs, mine, other: [theirs] } : null;
}

/** @param {Change} a @param {Change} b */
function isInverse(a, b) {
  if (a.kind !== b.kind || a.id !== b.id || a.field !== b.field) return false;
  if (a.field === undefined) return Boolean(a.added && b.removed) || Boolean(a.removed && b.added);
  return equal(a.after, b.before) && equal(a.before, b.after);
}
