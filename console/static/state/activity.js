/** What was done in a project: requests to the service. */

import { get } from "../api.js";
import { projectApi } from "../urls.js";

/**
 * @typedef {{id: string, at: number, userId: string, name: string, action: string, kind: string,
 *   targetId: string, targetName: string, count: number, lastAt: number}} Item
 * @typedef {{items: Item[], next: string | null}} Page  `next`: the address of the next page
 */

const LIMIT = 50;

/** The latest items. @param {string} project @returns {Promise<Page>} Throws ApiError. */
export const readActivity = async (project) => (await get(`${projectApi(project)}/activity?limit=${LIMIT}`)).data;

/** The items before those of a page. @param {string} next @returns {Promise<Page>} Throws ApiError. */
export async function readEarlier(next) {
  const { pathname, search } = new URL(next);
  return (await get(pathname.slice(pathname.indexOf("/api/")) + search)).data;
}
