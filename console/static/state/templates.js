/** The editor templates of a project. */

import { del, get, patch, post } from "../api.js";
import { projectApi, templateApi } from "../urls.js";

/**
 * @typedef {{id: string, name: string, description?: string, createdAt: number, updatedAt: number,
 *   tags?: string[], textOverlayCount: number, imageOverlayCount: number,
 *   hasExportSettings: boolean}} TemplateSummary
 * @typedef {{id: string, timingMode: "relative" | "absolute", startPercent?: number | null,
 *   endPercent?: number | null, startSeconds?: number | null, endSeconds?: number | null,
 *   centerX: number, centerY: number}} Overlay
 * @typedef {Overlay & {text: string, fontSize: number, fontColor: string}} TextOverlay
 * @typedef {Overlay & {assetId: string, width: number, height: number, opacity: number,
 *   rotation: number}} ImageOverlay
 * @typedef {{textOverlays: TextOverlay[], imageOverlays: ImageOverlay[],
 *   defaultTransition?: {type: string, duration: number} | null,
 *   exportSettings?: import("../timeline/editor-state.js").Settings | null}} Content
 */

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g;

/**
 * What the texts of a template leave open, such as `price` in "{{price}}".
 * @param {Content} content
 * @returns {string[]}
 */
export function placeholdersOf({ textOverlays }) {
  const keys = textOverlays.flatMap(({ text }) => [...text.matchAll(PLACEHOLDER)].map(([, key]) => key));
  return [...new Set(keys)];
}

/** @param {string} project @returns {Promise<TemplateSummary[]>} newest first. Throws ApiError. */
export async function listTemplates(project) {
  return (await get(`${projectApi(project)}/templates`)).data.templates;
}

/** @param {string} project @param {string} id @returns {Promise<Content>} Throws ApiError. */
export async function readContent(project, id) {
  return (await get(templateApi(project, id))).data.content;
}

/** @param {string} project @param {string} name @param {Content} content Throws ApiError. */
export async function createTemplate(project, name, content) {
  await post(`${projectApi(project)}/templates`, { name, content });
}

/** @param {string} project @param {string} id @param {string} name Throws ApiError. */
export async function renameTemplate(project, id, name) {
  await patch(templateApi(project, id), { name });
}

/** @param {string} project @param {string} id Throws ApiError. */
export async function deleteTemplate(project, id) {
  await del(templateApi(project, id));
}
