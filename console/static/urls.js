/** Addresses in the API and in the page. */

/** @param {string} project */
export const projectApi = (project) => `/api/projects/${project}`;
/** @param {string} project @param {string} work */
export const workApi = (project, work) => `/api/projects/${project}/works/${work}`;
/** A work's own audio, as `editorState.audioUrl` names it. @param {{projectId: string, id: string}} work */
export const audioApi = ({ projectId, id }) => `${workApi(projectId, id)}/media/audio`;
/** @param {string} project @param {string} [tab] */
export const projectPage = (project, tab = "") => `/projects/${project}${tab && `/${tab}`}`;
/** @param {string} project @param {string} work @param {string} [tab] */
export const workPage = (project, work, tab = "") =>
  `/projects/${project}/works/${work}${tab && `/${tab}`}`;
/**
 * The URL of a scene's file, with its version, so that browsers do not show a replaced file.
 * @param {string} url @param {{mediaUpdatedAt?: number} | undefined} made  the scene's entry in `generatedScenes`
 */
export const versioned = (url, made) => `${url}?v=${made?.mediaUpdatedAt ?? 0}`;
/** The URL of a scene's voice, with its version. @param {string} url @param {number} [updatedAt] */
export const versionedVoice = (url, updatedAt = 0) => `${url}?v=${updatedAt}`;
/** The URL of music, with the version of the work's own audio. @param {any} work @param {string} url */
export const versionedAudio = (work, url) => (url === audioApi(work) ? `${url}?v=${work.audioUpdatedAt ?? 0}` : url);
/** The URL of a scene's thumbnail; null without media. @param {any} work @param {number} index */
export function sceneThumbnail({ projectId, id, generatedScenes }, index) {
  const made = generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === index);
  if (!made?.imageUrl && !made?.videoUrl) return null;
  return versioned(`${workApi(projectId, id)}/media/scene/${index}/thumbnail`, made);
}
/** The URL of a part of a media file, such as its peaks. @param {string} url @param {string} part */
export const partOf = (url, part) => url.replace(/(\?|$)/, `/${part}$1`);
/** @param {string} project @param {string} asset */
export const assetApi = (project, asset) => `${projectApi(project)}/assets/${asset}`;
/** @param {string} project @param {string} template */
export const templateApi = (project, template) => `${projectApi(project)}/templates/${template}`;
/**
 * Where a video of a work is watched with its comments, at one of them if it is named.
 * @param {string} project @param {string} work @param {string} exportId @param {string} [comment]
 */
export const videoPage = (project, work, exportId, comment = "") =>
  `${workPage(project, work, "export")}?video=${exportId}${comment && `&comment=${comment}`}`;
