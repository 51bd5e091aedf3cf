/** Creates a project with a first work and its photos. */

import { ApiError } from "../../api.js";
import { formatList, t } from "../../i18n.js";
import { uploadAsset } from "../../state/assets.js";
import { createProject, removeNewProject } from "../../state/projects.js";
import { toast } from "../../state/toasts.js";
import { createWork } from "../../state/works.js";
import { SIZES } from "../../timeline/size.js";

/**
 * @typedef {{name: string, about: string, photos: File[], shape: string, language: string,
 *   projectType: string}} Brief
 * @typedef {object} Received what there is already: another attempt goes on from there
 * @property {import("../../state/projects.js").Project | null} project
 * @property {Map<File, import("../../state/assets.js").Asset>} assets what became of the files
 * @property {Map<File, string>} refused why files were not accepted
 */

/** @returns {Received} */
export const nothing = () => ({ project: null, assets: new Map(), refused: new Map() });

/**
 * Create what is not there yet. A photo that the service refuses is left out. Throws ApiError, and
 * AbortError if `signal` is aborted.
 * @param {Brief & {product: string}} brief `product` is what the scenario names; empty: nothing
 * @param {Received} made
 * @param {{signal: AbortSignal, onPhoto: (number: number) => void}} options
 *   `onPhoto` gets the number of each photo that is sent, from 1
 * @returns {Promise<any>} the work
 */
export async function createVideo(brief, made, { signal, onPhoto }) {
  const { name, product, about, photos, shape, language, projectType } = brief;
  made.project ??= await createProject({ name, projectType });
  for (const [index, photo] of photos.entries()) {
    signal.throwIfAborted();
    onPhoto(index + 1);
    await addFile(photo, made, { signal });
  }
  signal.throwIfAborted();
  const assets = photos.flatMap((photo) => made.assets.get(photo)?.id ?? []);
  return createWork(made.project.id, {
    name,
    productName: product,
    productDescription: about,
    language,
    resolution: SIZES[shape],
    sound: { captions: { style: "karaoke" } }, // with it, scenarios have lines
    selectedAssetIds: assets,
    assetUsageMode: assets.length ? "direct" : "reference",
  });
}

/**
 * Add a file to the project, unless that was done or refused before. Throws ApiError, and AbortError.
 * @param {File} file @param {Received} made @param {import("../../api.js").UploadOptions} options
 */
export async function addFile(file, made, options) {
  if (made.assets.has(file) || made.refused.has(file) || !made.project) return;
  try {
    made.assets.set(file, await uploadAsset(made.project.id, file, options));
  } catch (error) {
    if (!(error instanceof ApiError) || !isRefusal(error)) throw error;
    made.refused.set(file, error.text);
  }
}

/** Says which files were refused. @param {Map<File, string>} refused */
export function sayRefused(refused) {
  if (!refused.size) return;
  const names = formatList([...refused.keys()].map(({ name }) => name));
  const [reason] = refused.values();
  toast(t("newVideo.notAdded", { count: refused.size, names, reason }), { kind: "error" });
}

/** Whether the file itself was refused: another attempt would be as well. @param {ApiError} error */
export const isRefusal = ({ status }) => [400, 413, 415].includes(status);

/** Delete what was made. @param {{project: {id: string} | null}} made */
export async function discard({ project }) {
  if (project) await removeNewProject(project.id).catch(() => {});
}
