/** The assets of a project. */

import { useEffect, useRef } from "preact/hooks";
import { ApiError, get, patch, post, upload } from "../api.js";
import { DEFAULT_SCENE_SECONDS, MIN_SECONDS } from "../timeline/facts.js";
import { assetApi, projectApi } from "../urls.js";
import { requestHeaders } from "./choices.js";
import { discard } from "./deletion.js";
import { on } from "./events.js";
import { oneAtATime, useLoad } from "./load.js";

/**
 * @typedef {"image" | "video" | "audio" | "font"} AssetType
 * @typedef {{id: string, projectId: string, name: string, type: AssetType, filename: string,
 *   mimeType: string, size: number, width?: number, height?: number, duration?: number,
 *   videoDuration?: number, videoSoundDuration?: number, videoFps?: number,
 *   cleanedFrom?: string, cutStart?: number, cutEnd?: number, tags?: string[], thumbnail?: string, description?: string, createdAt: number,
 *   updatedAt: number, url: string}} Asset
 */

const READ_SINGLY = 10; // assets that changed together

/** The pictures that scenes can have, for the file chooser: HEIC photos become JPEGs. */
export const PICTURES = "image/png,image/jpeg,image/webp,image/heic,image/heif,.heic,.heif";

const CLIPS = "video/mp4,video/webm,video/quicktime,video/x-msvideo,.mp4,.webm,.mov,.avi";

/** What a cut may begin with, for the file chooser. */
export const CLIPS_AND_PICTURES = `${PICTURES},${CLIPS}`;

/** Whether a file is in a list for the file chooser: by its type, or its name where browsers know no type. */
const isIn = (/** @type {string} */ list) => (/** @type {File} */ { name, type }) =>
  list.split(",").some((each) => each === type || (each.startsWith(".") && name.toLowerCase().endsWith(each)));

/** @type {(file: File) => boolean} */
export const isPicture = isIn(PICTURES);

/** Whether a file is a film of a camera or telephone. @type {(file: File) => boolean} */
export const isClip = isIn(CLIPS);

/** What the service accepts, for the file chooser. */
export const ACCEPTED = [
  PICTURES,
  "image/gif,video/mp4,video/webm,video/quicktime,video/x-msvideo",
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

/**
 * @param {string} project
 * @param {string} id
 * @returns {Promise<Asset | null>} null if it is gone. Throws ApiError.
 */
export async function readAsset(project, id) {
  try {
    return (await get(`${assetApi(project, id)}/meta`)).data;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/**
 * The assets of a project, newest first, updated when other clients change them. Up to
 * `READ_SINGLY` changed assets are read one by one, instead of the whole list.
 * @param {string} project
 * @param {AssetType} [type] only these
 */
export function useAssets(project, type) {
  const loaded = useLoad(() => listAssets(project, type), [project]);
  const { reload, change } = loaded;
  const isLoaded = useRef(false);
  isLoaded.current = loaded.data !== null;
  useEffect(() => {
    /** Whether they were deleted, by their ids. @type {Map<string, boolean>} */
    const changed = new Map();
    const update = oneAtATime(async () => {
      const changes = [...changed];
      changed.clear();
      if (changes.length > READ_SINGLY || !isLoaded.current) return reload();
      const ids = changes.map(([id]) => id);
      try {
        const read = await Promise.all(
          changes.map(([id, deleted]) => (deleted ? null : readAsset(project, id))),
        );
        const present = read.flatMap((asset) => (asset && (!type || asset.type === type) ? [asset] : []));
        change((list) => [...present, ...list.filter(({ id }) => !ids.includes(id))]);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error; // the list is read when the service can be reached again
      }
    });
    const follow = (/** @type {{projectId: string, assetId: string, deleted?: boolean}} */ event) => {
      if (event.projectId !== project) return;
      changed.set(event.assetId, event.deleted ?? false);
      update();
    };
    const stops = [on("asset", follow), on("reset", reload)];
    return () => stops.forEach((stop) => stop());
  }, [project, reload]);
  return loaded;
}

/**
 * The request that adds a file to the assets of a project; without a name, it is called as the file.
 * @param {string} project @param {File} file @param {string} [name]
 * @returns {["POST", string, FormData]}
 */
export function assetRequest(project, file, name) {
  const form = new FormData();
  form.append("file", file);
  if (name) form.append("name", name);
  return ["POST", `${projectApi(project)}/assets`, form];
}

/**
 * Add a file to the assets of a project.
 * @param {string} project
 * @param {File} file
 * @param {import("../api.js").UploadOptions} [options]
 * @returns {Promise<Asset>} Throws ApiError, and AbortError when it is aborted.
 */
export function uploadAsset(project, file, options) {
  return upload(...assetRequest(project, file), options);
}

/** How long an asset is shown when it becomes a clip. @param {Asset} asset */
export function clipSeconds({ type, videoDuration, duration }) {
  const seconds = type === "image" ? DEFAULT_SCENE_SECONDS : (videoDuration ?? duration ?? DEFAULT_SCENE_SECONDS);
  return Math.max(seconds, MIN_SECONDS);
}

/**
 * Have a recording cleaned up: the answer is another asset.
 * @param {string} project @param {string} id
 * @returns {Promise<Asset>} Throws ApiError.
 */
export const cleanAsset = async (project, id) => (await post(`${assetApi(project, id)}/clean`)).data;

/**
 * Estimate when the words of a text are said in a recording.
 * @param {string} project @param {string} id @param {string} text
 * @returns {Promise<import("../timeline/spoken-words.js").Word[]>} none for one that cannot be read. Throws ApiError.
 */
export const estimateWords = async (project, id, text) => (await post(`${assetApi(project, id)}/words`, { text })).data.words;

/** @param {Asset} asset @param {string} name Throws ApiError. */
export async function renameAsset({ projectId, id }, name) {
  await patch(assetApi(projectId, id), { name });
}

/**
 * The works, templates and members of the cast that use an asset.
 * @param {Asset} asset
 * @returns {Promise<Record<"works" | "templates" | "cast", {id: string, name: string}[]>>} Throws ApiError.
 */
export async function usesOfAsset({ projectId, id }) {
  return (await get(`${assetApi(projectId, id)}/uses`)).data;
}

/** @param {Asset} asset Throws ApiError. */
export const deleteAsset = ({ projectId, id, name }) => discard(assetApi(projectId, id), name);

/**
 * Have a model describe an image; the service stores the description.
 * @param {Asset} asset
 * @returns {Promise<string>} Throws ApiError.
 */
export async function describeAsset({ projectId, id }) {
  const headers = await requestHeaders(["vision"]);
  return (await post(`${assetApi(projectId, id)}/analyze`, undefined, { headers })).data.description;
}
