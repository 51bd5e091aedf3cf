/** Addresses of a work's own audio. */

import { workApi } from "../urls.js";

/** Where it is, as `editorState.audioUrl` names it. @param {{projectId: string, id: string}} work */
export const audioApi = ({ projectId, id }) => `${workApi(projectId, id)}/media/audio`;

/** The address of music, which changes with the work's own audio. @param {any} work @param {string} url */
export const versionedAudio = (work, url) => (url === audioApi(work) ? `${url}?v=${work.audioUpdatedAt ?? 0}` : url);
