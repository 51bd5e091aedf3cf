/** The works of a project: list, create, rename, delete. */

import { get, patch, post } from "../api.js";
import { projectApi, workApi } from "../urls.js";
import { discard } from "./deletion.js";

/**
 * @typedef {{scenes: number, images: number, videos: number, errors: number, photos?: number}} Progress
 * @typedef {{id: string, projectId: string, name: string, updatedAt: number, createdAt: number,
 *   progress: Progress, clips?: number, posterUrl?: string | null,
 *   size?: import("../timeline/geometry.js").Size}} WorkSummary
 *   `clips` is the number of those on the timeline, `size` that of the film that the poster is of
 */

/** @param {string} project @returns {Promise<WorkSummary[]>} Throws ApiError. */
export async function listWorks(project) {
  return (await get(`${projectApi(project)}/works`)).data;
}

/** @param {string} project @param {{name: string, [field: string]: any}} fields Throws ApiError. */
export async function createWork(project, fields) {
  return (await post(`${projectApi(project)}/works`, fields)).data;
}

/** @param {string} project @param {string} work @param {string} name Throws ApiError. */
export async function renameWork(project, work, name) {
  await patch(workApi(project, work), { name });
}

/** @param {WorkSummary} work @returns {Promise<WorkSummary>} its copy. Throws ApiError. */
export const duplicateWork = async ({ projectId, id }) => (await post(`${workApi(projectId, id)}/duplicate`)).data;

/** @param {WorkSummary} work Throws ApiError. */
export const deleteWork = ({ projectId, id, name }) => discard(workApi(projectId, id), name);
