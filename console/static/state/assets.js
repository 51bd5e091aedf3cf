/** The assets of a project. */

import { del, get, patch, post } from "../api.js";
import { assetApi, projectApi } from "../urls.js";
import { requestHeaders } from "./choices.js";

/**
 * @typedef {"image" | "video" | "audio" | "font"} AssetType
 * @typedef {{id: string, projectId: string, name: string, type: AssetType, filename: string,
 *   mimeType: string, size: number, width?: number, height?: number, duration?: number,
 *   tags?: string[], thumbnail?: string, description?: string, createdAt: number,
 *   updatedAt: number, url: string}} Asset
 */

/** What the service accepts, for the file chooser. */
export const ACCEPTED = [
  "image/png,image/jpeg,image/webp,image/gif,video/mp4,video/webm,video/quicktime,video/x-msvideo",
  "audio/mpeg,audio/mp4,audio/x-m4a,audio/wav,audio/ogg,audio/webm",
  ".m4a,.avi,.mov,.ttf,.otf,.woff,.woff2",
].join(",");

/**
 * @param {string} project
 * @param {string} [type] only these
 * @returns {Promise<Asset[]>} newest first. Throws ApiError.
 */
export async function listAssets(project, type) {
  const query = type ? `?type=${type}` : "";
  return (await get(`${projectApi(project)}/assets${query}`)).data.assets;
}

/** @param {Asset} asset @param {string} name Throws ApiError. */
export async function renameAsset({ projectId, id }, name) {
  await patch(assetApi(projectId, id), { name });
}

/** @param {Asset} asset Throws ApiError. */
export async function deleteAsset({ projectId, id }) {
  await del(assetApi(projectId, id));
}

/**
 * Have a model describe an image; the service stores the description.
 * @param {Asset} asset
 * @returns {Promise<string>} Throws ApiError.
 */
export async function describeAsset({ projectId, id }) {
  const headers = await requestHeaders(["vision"]);
  return (await post(`${assetApi(projectId, id)}/analyze`, undefined, { headers })).data.description;
}
