/** What was deleted: listed, and removed for good. */

import { del, get } from "../api.js";
import { nextPage } from "./jobs.js";

/**
 * @typedef {{id: string, kind: "project" | "work" | "asset", name: string, projectId: string,
 *   projectName: string, documentId: string, deletedBy: {userId: string, name: string},
 *   deletedAt: number, expiresAt: number, bytes: number}} Deleted
 * @typedef {Deleted & {message: string | null}} Restored What is new in it, as a sentence.
 */

const API = "/api/trash";

/** All that the user may restore, the latest first. @returns {Promise<Deleted[]>} Throws ApiError. */
export async function listTrash() {
  const items = [];
  /** @type {string | null} */
  let path = `${API}?limit=200`;
  while (path) {
    const { data, headers } = await get(path);
    items.push(...data.items);
    path = nextPage(headers);
  }
  return items;
}

/** @param {string} id Throws ApiError. */
export const removeForGood = (id) => del(`${API}/${id}`);

/** Throws ApiError. */
export const emptyTrash = () => del(API);
