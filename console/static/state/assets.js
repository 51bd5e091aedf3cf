/** A project's own pictures, clips, sounds and fonts. */

import { get } from "../api.js";
import { projectApi } from "../urls.js";

/**
 * @typedef {{id: string, name: string, type: "image" | "video" | "audio" | "font", url: string,
 *   thumbnail?: string, width?: number, height?: number, duration?: number, size: number,
 *   description?: string, tags?: string[], mimeType: string}} Asset
 */

/**
 * @param {string} project
 * @param {string} [type] only these
 * @returns {Promise<Asset[]>} newest first. Throws ApiError.
 */
export async function listAssets(project, type) {
  const query = type ? `?type=${type}` : "";
  return (await get(`${projectApi(project)}/assets${query}`)).data.assets;
}
