/** The list of all jobs, read page by page and updated by events. */

import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "../../api.js";
import { isOwn, jobs, loadJobs, nextPage, storeJobs } from "../../state/jobs.js";
import { useLoad } from "../../state/load.js";

/** @typedef {import("../../state/jobs.js").Job} Job */

/** The states that each selection shows; the first one shows all. @type {Record<string, string[]>} */
export const SELECTIONS = {
  "": [],
  active: ["queued", "running", "waiting"],
  failed: ["failed", "interrupted"],
  done: ["succeeded"],
  cancelled: ["cancelled"],
};

/**
 * Read a selection of the jobs, newest first.
 * @param {string} selection
 * @param {boolean} isAll whether those that others started are among them
 * @returns {{list: Job[] | null, error: ApiError | null, more: (() => Promise<void>) | null}}
 *   `more` reads the next page, if there is one, and throws ApiError
 */
export function useJobList(selection, isAll) {
  const states = SELECTIONS[selection];
  const [page, setPage] = useState(/** @type {{next: string | null, oldest: number} | null} */ (null));
  const read = async (/** @type {string} */ path) => {
    const { data, headers } = await get(path);
    storeJobs(data);
    return { next: nextPage(headers), oldest: data.at(-1)?.createdAt ?? 0 };
  };
  const { error } = useLoad(async () => {
    const first = await read(`/api/jobs?all=1${isAll ? "" : "&mine=1"}${states.length ? `&state=${states}` : ""}`);
    setPage((loaded) => loaded ?? first);
  }, []);
  const list = page && shown(states, isAll, page.next ? page.oldest : 0);
  const next = page?.next;
  useNames(list ?? []);
  return { list, error: list ? null : error, more: next ? async () => setPage(await read(next)) : null };
}

/** The jobs of the pages that were read. @param {string[]} states @param {boolean} isAll @param {number} oldest */
function shown(states, isAll, oldest) {
  return [...jobs.value.values()]
    .filter((job) => isAll || isOwn(job))
    .filter((job) => !job.clearedAt && job.createdAt >= oldest && (!states.length || states.includes(job.state)))
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

/** Events of jobs lack the names of works: read them for works that are new. @param {Job[]} list */
function useNames(list) {
  const nameless = list.find((job) => job.workId && job.workName === undefined)?.id;
  useEffect(() => {
    if (nameless) loadJobs();
  }, [nameless]);
}
