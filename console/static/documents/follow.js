/** When a document was changed by others, as the service's events tell. */

import { on } from "../state/events.js";

/** What a document can be, by the names of events. @type {import("../state/events.js").EventName[]} */
const KINDS = ["work", "project", "asset", "template", "cast"];

/**
 * Call `refresh` when the service may have a newer version of a document.
 * @param {() => {id: string, updatedAt: number}} stored  the version that is known
 * @param {() => void} refresh
 * @returns {(() => void)[]} functions that stop it
 */
export function follow(stored, refresh) {
  const stops = KINDS.map((name) =>
    on(name, (/** @type {any} */ event) => {
      const { id, updatedAt } = stored();
      if (event[`${name}Id`] === id && (event.deleted || event.updatedAt > updatedAt)) refresh();
    }),
  );
  return [...stops, on("reset", refresh)];
}
