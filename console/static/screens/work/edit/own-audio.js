/** The work's own audio file: sent, replaced and deleted; while it is there, it can be the music. */

import { del } from "../../../api.js";
import { useUpload } from "../../../state/upload.js";
import { audioApi } from "../../../timeline/own-audio.js";

export const ACCEPTED = "audio/mpeg,audio/mp4,audio/x-m4a,audio/wav,audio/ogg,audio/webm,.m4a,.weba";

/**
 * @typedef {object} OwnAudio
 * @property {string} url
 * @property {boolean} exists
 * @property {boolean} isMissing  whether it was deleted, though it is the music
 * @property {import("../../../state/upload.js").Upload} upload
 * @property {(files: File[]) => Promise<void>} send  the first one becomes the music
 * @property {() => Promise<void>} remove  throws ApiError
 */

/** @param {import("./editor.js").Editor} editor @returns {OwnAudio} */
export function useOwnAudio({ document }) {
  const work = document.value.value;
  const url = audioApi(work);
  const upload = useUpload();
  const prepare = async () => {
    await document.flush();
    document.expect("editorState.audioUrl"); // which the service sets
  };
  const send = async (/** @type {File[]} */ [file]) => {
    if (!file) return;
    await prepare();
    if (await upload.start("PUT", url, file, file.name)) await document.refresh();
  };
  const remove = async () => {
    await prepare();
    await del(url);
    await document.refresh();
  };
  const isMissing = work.audioUpdatedAt === null && work.editorState.audioUrl === url;
  return { url, exists: Boolean(work.audioUpdatedAt), isMissing, upload, send, remove };
}
