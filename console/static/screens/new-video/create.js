/** Creates a project with a first work and its photos. */

import { ApiError } from "../../api.js";
import { uploadAsset } from "../../state/assets.js";
import { createProject, removeNewProject } from "../../state/projects.js";
import { createWork } from "../../state/works.js";
import { SIZES } from "../../timeline/size.js";

/**
 * @typedef {{name: string, about: string, photos: File[], shape: string, language: string,
 *   projectType: string}} Brief
 * @typedef {object} Made what there is already: another attempt goes on from there
 * @property {import("../../state/projects.js").Project | null} project
 * @property {Map<File, string>} assets the ids of the photos
 * @property {Map<File, string>} refused why photos were not accepted
 */

/** @returns {Made} */
export const nothing = () => ({ project: null, assets: new Map(), refused: new Map() });

/**
 * Create what is not there yet. A photo that the service refuses is left out. Throws ApiError, and
 * AbortError if `signal` is aborted.
 * @param {Brief} brief
 * @param {Made} made
 * @param {{signal: AbortSignal, onPhoto: (number: number) => void}} options
 *   `onPhoto` gets the number of each photo that is sent, from 1
 * @returns {Promise<any>} the work
 */
export async function createVideo(brief, made, { signal, onPhoto }) {
  const { name, about, photos, shape, language, projectType } = brief;
  made.project ??= await createProject({ name, projectType });
  for (const [index, photo] of photos.entries()) {
    signal.throwIfAborted();
    onPhoto(index + 1);
    await addPhoto(photo, made, signal);
  }
  signal.throwIfAborted();
  const assets = photos.flatMap((photo) => made.assets.get(photo) ?? []);
  return createWork(made.project.id, {
    name,
    productName: name,
    productDescription: about,
    language,
    resolution: SIZES[shape],
    selectedAssetIds: assets,
    assetUsageMode: assets.length ? "direct" : "reference",
  });
}

/** @param {File} photo @param {Made} made @param {AbortSignal} signal */
async function addPhoto(photo, made, signal) {
  if (made.assets.has(photo) || made.refused.has(photo) || !made.project) return;
  try {
    made.assets.set(photo, (await uploadAsset(made.project.id, photo, { signal })).id);
  } catch (error) {
    if (!(error instanceof ApiError) || !isRefusal(error)) throw error;
    made.refused.set(photo, error.text);
  }
}

/** Whether the file itself was refused: another attempt would be as well. @param {ApiError} error */
export const isRefusal = ({ status }) => [400, 413, 415].includes(status);

/** Delete what was made. @param {{project: {id: string} | null}} made */
export async function discard({ project }) {
  if (project) await removeNewProject(project.id).catch(() => {});
}
