/** What is known of the media that a work's clips show: of scenes, and of assets of the project. */

import { loadSources } from "../../../player/sources.js";
import { readAsset } from "../../../state/assets.js";

/** @typedef {import("../../../state/assets.js").Asset} Asset */

/** Assets by their ids; their files never change. @type {Map<string, Promise<Asset | null>>} */
const known = new Map();

/** Take an asset that was read elsewhere. @param {Asset} asset */
export function rememberAsset(asset) {
  if (asset.type !== "video" || asset.videoDuration !== undefined) known.set(asset.id, Promise.resolve(asset));
}

/** Return a text that changes with the media of a work's clips. @param {any} work */
export function mediaKey(work) {
  const scenes = work.generatedScenes.map((/** @type {any} */ { status, error, ...media }) => media);
  return JSON.stringify([scenes, assetIds(work)]);
}

/**
 * Return the sources of a work's clips; assets that are gone have none.
 * @param {any} work
 */
export async function sourcesOf(work) {
  const assets = await Promise.all(assetIds(work).map((id) => assetOf(work.projectId, id)));
  return loadSources(work, assets.flatMap((asset) => asset ?? []));
}

/** @param {any} work @returns {string[]} */
function assetIds({ editorState }) {
  const ids = (editorState.editorData?.videoTrack ?? []).map((/** @type {any} */ clip) => clip.assetId);
  return [...new Set(ids.filter(Boolean))].sort();
}

/** @param {string} project @param {string} id */
function assetOf(project, id) {
  const read = known.get(id) ?? readAsset(project, id);
  known.set(id, read);
  return read.catch(() => {
    known.delete(id);
    return null;
  });
}
