/** The exported videos of a work. */

import { del, get } from "../api.js";

/**
 * @typedef {{id: string, url: string, posterUrl: string, captionsUrl?: string, width: number,
 *   height: number, fps: number, duration: number, size: number, options: any, jobId: string,
 *   createdAt: number}} Export
 */

/** @param {string} work its path in the API @returns {Promise<Export[]>} newest first. Throws ApiError. */
export async function listExports(work) {
  return (await get(`${work}/exports`)).data.exports;
}

/** @param {Export} video Throws ApiError. */
export async function deleteExport(video) {
  await del(video.url);
}
