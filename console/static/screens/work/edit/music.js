import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { del } from "../../../api.js";
import { Button } from "../../../components/button.js";
import { DeleteDialog } from "../../../components/dialogs.js";
import { SelectField } from "../../../components/field.js";
import { FileButton, useDrop } from "../../../components/files.js";
import { Menu } from "../../../components/menu.js";
import { Notice, Reason } from "../../../components/notice.js";
import { UploadProgress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { listAssets } from "../../../state/assets.js";
import { useLoad } from "../../../state/load.js";
import { useUpload } from "../../../state/upload.js";
import { audioApi } from "../../../urls.js";
import { Whole } from "./panel.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {{url: string | null, label: string, icon: string}} Sound
 */

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
 * @param {Editor} editor @param {OwnAudio} ownAudio
 * @param {import("../../../state/assets.js").Asset[]} assets @returns {Sound[]}
 */
function soundsOf(editor, ownAudio, assets) {
  const { audioUrl } = editor.state.value;
  const own = { url: ownAudio.url, label: t("edit.workAudio"), icon: "music" };
  const sounds = [
    { url: null, label: t("edit.noMusic"), icon: "volume-x" },
    ...(ownAudio.exists || audioUrl === own.url ? [own] : []),
    ...assets.map(({ url, name }) => ({ url, label: name, icon: "music" })),
  ];
  const isKnown = !audioUrl || sounds.some(({ url }) => url === audioUrl);
  return isKnown ? sounds : [...sounds, { url: audioUrl, label: audioUrl, icon: "music" }];
}

/**
 * What the music is, or a file for it; the fields of the whole video have its volume, and show the file
 * on its way.
 * @param {{editor: Editor, ownAudio: OwnAudio,
 *   assets: import("../../../state/assets.js").Asset[], onClick: () => void}} props
 */
export function MusicMenu({ editor, ownAudio, assets, onClick: chooseFile }) {
  const current = editor.state.value.audioUrl ?? null;
  const sounds = soundsOf(editor, ownAudio, assets).map(({ url, ...sound }) => ({
    ...sound,
    checked: current === url,
    onSelect: () => {
      editor.apply(musicOperation(url, ownAudio));
      editor.selection.value = null;
    },
  }));
  const upload = () => {
    chooseFile();
    editor.selection.value = null;
  };
  const label = t(ownAudio.exists ? "edit.replaceAudio" : "edit.uploadAudio");
  return html`<${Menu} label=${t("edit.music")} items=${[...sounds, null, { label, icon: "upload", onSelect: upload }]} icon="music" />`;
}

/**
 * The operation that sets the music.
 * @param {string | null} url @param {OwnAudio} ownAudio
 */
function musicOperation(url, ownAudio) {
  return { op: "music", asset: url === ownAudio.url ? "work" : (url && url.slice(url.lastIndexOf("/") + 1)) };
}

/**
 * The music: which, how loud, and the work's own file.
 * @param {{editor: Editor, ownAudio: OwnAudio}} props
 */
export function Music({ editor, ownAudio }) {
  const { audioUrl, audioVolume = 1 } = editor.state.value;
  const { projectId } = editor.document.value.value;
  const { data } = useLoad(() => listAssets(projectId, "audio"), [projectId]);
  const { upload, send, exists } = ownAudio;
  const [deleting, setDeleting] = useState(false);
  const { isOver, handlers } = useDrop(send);
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  const progress = upload.running ? "running" : upload.error?.text;
  useEffect(() => {
    if (progress) root.current?.scrollIntoView({ block: "nearest" });
  }, [progress]);
  const options = soundsOf(editor, ownAudio, data ?? []).map(({ url, label }) => ({ value: url ?? "", label }));
  return html`<div ref=${root} class=${`music stack ${isOver ? "over" : ""}`} ...${handlers}>
    <${SelectField} label=${t("edit.music")} value=${audioUrl ?? ""} options=${options}
      onInput=${(/** @type {string} */ url) => editor.apply(musicOperation(url || null, ownAudio))} />
    ${audioUrl &&
    html`<${Whole} label=${t("edit.volume")} unit="%" min="0" max="1000" value=${audioVolume * 100}
      set=${(/** @type {number} */ percent) => editor.apply({ op: "music", volume: percent / 100 }, "volume")} />`}
    ${ownAudio.isMissing && html`<${Notice} kind="warning">${t("edit.audioMissing")}<//>`}
    <${UploadProgress} upload=${upload} />
    ${upload.error && html`<${Reason} text=${upload.error.text} />`}
    <div class="actions">
      <${FileButton} small icon="upload" accept=${ACCEPTED} onFiles=${send}>${t(exists ? "edit.replaceAudio" : "edit.uploadAudio")}<//>
      ${exists && html`<${Button} small icon="trash-2" onClick=${() => setDeleting(true)}>${t("edit.deleteAudio")}<//>`}
    </div>
    ${deleting &&
    html`<${DeleteDialog} title=${t("edit.deleteAudioTitle")} onSubmit=${ownAudio.remove} onClose=${() => setDeleting(false)}>
      <p>${t("edit.deleteAudioText")}</p>
    <//>`}
  </div>`;
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
