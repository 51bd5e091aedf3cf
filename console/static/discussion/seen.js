/** Which works have comments and decisions that the user has not seen in this browser. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { readActivity } from "../state/activity.js";
import { on } from "../state/events.js";
import { coalesced, useLoad } from "../state/load.js";
import { user } from "../state/session.js";
import { isObject, readStored, store } from "../stored.js";

const SAID = new Set(["commented", "approved", "requested_changes"]); // in the activity of a project
const SOON = 1000; // milliseconds after an event: others may follow
const LATER = 500; // by which the activity may note something after it was said

/** By the ids of works: when the newest was said that was seen; `all`: when the user was here first; by `heard` and an id: when others said the newest that events told of, which the activity may count later. */
const seen = signal(/** @type {Record<string, number>} */ ({}));

const key = () => `vidworks.seen.${user.peek()?.id}`;

user.subscribe((someone) => {
  if (!someone) return;
  seen.value = readStored(key(), {}, isObject);
  if (!seen.value.all) remember({ all: Date.now() });
});
addEventListener("storage", (event) => {
  if (event.key === key()) seen.value = readStored(key(), {}, isObject);
});

/** @param {Record<string, number>} times */
function remember(times) {
  seen.value = { ...readStored(key(), {}, isObject), ...times }; // another tab may have seen others
  store(key(), seen.value);
}

/** Remember when others have said something in a work. @param {string} work @param {number} createdAt */
export const hear = (work, createdAt) => remember({ [`heard ${work}`]: createdAt });

/** Remember that what was said in a work has been seen. @param {string} work @param {{createdAt: number}[]} said */
export function see(work, said) {
  const newest = said.reduce((last, { createdAt }) => Math.max(last, createdAt), 0);
  if (newest > (seen.peek()[work] ?? 0)) remember({ [work]: newest });
}

/**
 * The ids of the works of a project with something that was not seen.
 * @param {string} project @returns {Set<string>}
 */
export function useUnseen(project) {
  const { data, reload } = useLoad(() => readActivity(project), [project]);
  useEffect(() => {
    const soon = coalesced(reload, SOON);
    return on("review", (event) => event.projectId === project && soon());
  }, [project, reload]);
  const times = seen.value;
  const isNew = (/** @type {import("../state/activity.js").Item} */ { action, userId, targetId: id, lastAt }) => {
    if (!SAID.has(action) || userId === user.value?.id) return false;
    const isLater = lastAt > Math.max(times.all ?? 0, (times[id] ?? 0) + LATER);
    return isLater || (times[`heard ${id}`] ?? 0) > (times[id] ?? 0);
  };
  return new Set((data?.items ?? []).filter(isNew).map(({ targetId }) => targetId));
}
