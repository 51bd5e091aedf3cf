/** The exported videos of a work, the files of other formats, and the cover. */

import { del, get, patch } from "../api.js";
import { EXPORT_FORMATS, SHAPES } from "../facts.js";

/**
 * @typedef {{id: string, url: string, posterUrl: string, captionsUrl?: string, width: number,
 *   height: number, fps: number, duration: number, size: number, options: any, jobId: string,
 *   createdAt: number, warnings?: string[], isCurrent?: boolean}} Export
 *   `isCurrent`: whether the work would look like it, if that is known
 */

export const MP4 = "mp4";

const TOLERANCE = 0.02; // sides are even numbers of pixels

/** @param {string} work its path in the API @returns {Promise<Export[]>} newest first. Throws ApiError. */
export async function listExports(work) {
  return (await get(`${work}/exports`)).data.exports;
}

/** @param {string} work its path in the API @returns {Promise<Export[]>} those that are MP4. Throws ApiError. */
export const listVideos = async (work) => (await listExports(work)).filter(isVideo);

/** Whether a format has no pictures. @param {string} format */
export const isSound = (format) => EXPORT_FORMATS[format] === "sound";

/** Whether a format moves without sound. @param {string} format */
export const isAnimation = (format) => EXPORT_FORMATS[format] === "animation";

/** Whether an export is an MP4: all others are made of one, and cannot be reviewed. @param {Export} each */
export const isVideo = (each) => each.options.format === MP4;

/** @param {Export} video Throws ApiError. */
export async function deleteExport(video) {
  await del(video.url);
}

/** Names that say the shape, and differ for exports of different sizes. @param {string} name @param {Export} video */
export function fileName(name, video) {
  const shape = shapeOf(video).replace(":", "x");
  const draft = video.options.quality === "draft" ? " draft" : "";
  return `${name}${shape && ` ${shape}`} ${video.width}x${video.height}${draft}`;
}

/** The usual shape of a video, such as `9:16`; empty for another. @param {import("../timeline/geometry.js").Size} video */
export function shapeOf({ width, height }) {
  const isLike = (/** @type {number[]} */ [across, down]) => Math.abs((width * down) / (height * across) - 1) < TOLERANCE;
  return SHAPES.find(isLike)?.join(":") ?? "";
}

/**
 * Choose the cover of a work: a frame of it or an image of the project; null for none. Throws ApiError.
 * @param {import("../documents/document.js").Document} document
 * @param {{at: number} | {assetId: string} | null} cover
 */
export async function setCover(document, cover) {
  await document.flush();
  document.expect("editorState.cover");
  const { data, etag } = await patch(document.path, { editorState: { cover } });
  document.accept(data, etag);
}
