/**
 * The work's own audio file, and what else the music can be.
 *
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {{url: string | null, label: string, icon: string}} Sound
 */

import { del } from "../../../api.js";
import { t } from "../../../i18n.js";
import { useUpload } from "../../../state/upload.js";
import { audioApi } from "../../../urls.js";

/**
 * @typedef {object} OwnAudio
 * @property {string} url
 * @property {boolean} exists
 * @property {boolean} isMissing  whether it was deleted, though it is the music
 * @property {import("../../../state/upload.js").Upload} upload
 * @property {(files: File[]) => Promise<void>} send  the first one becomes the music
 * @property {() => Promise<void>} remove  throws ApiError
 */

export const ACCEPTED = "audio/mpeg,audio/mp4,audio/x-m4a,audio/wav,audio/ogg,audio/webm,.m4a,.weba";

/**
 * What the music can be: nothing, the work's own audio, audio assets of the project, and what is chosen.
 * @param {string | null | undefined} audioUrl  what is chosen @param {OwnAudio} ownAudio
 * @param {import("../../../state/assets.js").Asset[]} assets @returns {Sound[]}
 */
export function soundsOf(audioUrl, ownAudio, assets) {
  const own = { url: ownAudio.url, label: t("edit.workAudio"), icon: "music" };
  const sounds = [
    { url: null, label: t("edit.noMusic"), icon: "volume-x" },
    ...(ownAudio.exists || audioUrl === own.url ? [own] : []),
    ...assets.map(({ url, name }) => ({ url, label: name, icon: "music" })),
  ];
  const isKnown = !audioUrl || sounds.some(({ url }) => url === audioUrl);
  return isKnown ? sounds : [...sounds, { url: audioUrl, label: t("edit.music"), icon: "music" }];
}

/**
 * Set the music, and say so.
 * @param {Editor} editor @param {OwnAudio} ownAudio @param {string | null} url @param {string} label
 */
export function setMusic(editor, ownAudio, url, label) {
  const asset = url === ownAudio.url ? "work" : url && url.slice(url.lastIndexOf("/") + 1);
  if (editor.apply({ op: "music", asset })) editor.announce("chosen", { what: t("edit.music"), value: label });
}

/**
 * The work's own audio file; while it is there, it can be the music.
 * @param {Editor} editor
 * @returns {OwnAudio}
 */
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
