/** The voice, the sound, or the place of the music that is selected, and the music. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { DeleteDialog } from "../../../../components/dialogs.js";
import { SelectField } from "../../../../components/field.js";
import { FileButton, useDrop } from "../../../../components/files.js";
import { Notice, Reason } from "../../../../components/notice.js";
import { UploadProgress } from "../../../../components/progress.js";
import { t } from "../../../../i18n.js";
import { listAssets } from "../../../../state/assets.js";
import { useLoad } from "../../../../state/load.js";
import { ACCEPTED, setMusic, soundsOf } from "../own-audio.js";
import { MixFields } from "./mix.js";
import { MusicLevel } from "./music-level.js";
import { Seconds, Times, setter } from "./parts.js";
import { Fades, SliderField } from "./playing.js";
import { VoiceFields, VolumeField } from "./voice.js";

const LOUDEST = 200; // percent, of the slider

/** @param {import("./index.js").TabProps} props */
export function SoundTab({ editor, ownAudio, selected }) {
  if (selected?.kind === "voice") return html`<${VoiceFields} ...${{ editor, action: selected.action }} />`;
  if (selected?.kind === "sound") return html`<${SoundFields} ...${{ editor, action: selected.action }} />`;
  return html`<h2 class="visually-hidden">${t("edit.tabs.sound")}</h2>
    <${Music} ...${{ editor, ownAudio }} />
    <${MixFields} editor=${editor} />
    ${selected?.kind === "music" &&
    html`<${Times} ...${{ editor, action: selected.action }} />
      <${Fades} action=${selected.action} set=${setter(editor, selected.id)} />
      <div class="actions"><${Button} small icon="x" onClick=${() => editor.remove()}>${t("edit.removeMusic")}<//></div>`}`;
}

/** @param {{editor: import("../editor.js").Editor, action: import("../../../../timeline/editor-state.js").Action}} props */
function SoundFields({ editor, action }) {
  const { id, assetId, trimStart = 0 } = action;
  const set = setter(editor, id);
  return html`<h2 dir="auto">${editor.assetNames.value.get(assetId) ?? t("edit.sound")}</h2>
    <${Times} ...${{ editor, action }} />
    <${Seconds} label=${t("edit.trimStart")} value=${trimStart} set=${(/** @type {number} */ seconds) => set("trimStart")(seconds || null)} />
    <${VolumeField} ...${{ editor, action }} operation=${(/** @type {number|null} */ volume) => ({ op: "sound", sound: id, volume })} />
    <${Fades} ...${{ action, set }} />
    <div class="actions">
      <${Button} small icon="copy" onClick=${() => editor.duplicate()}>${t("edit.duplicate")}<//>
      <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
    </div>`;
}

/**
 * The music: which, how loud, and the work's own file.
 * @param {{editor: import("../editor.js").Editor, ownAudio: import("../own-audio.js").OwnAudio}} props
 */
function Music({ editor, ownAudio }) {
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
  const seconds = editor.song.value?.seconds ?? data?.find(({ url }) => url === audioUrl)?.duration;
  const percent = Math.round(audioVolume * 100);
  const volume = (/** @type {number} */ value) => ({ op: "music", volume: value / 100 });
  const options = soundsOf(editor.state.value.audioUrl, ownAudio, data ?? []).map(({ url, label }) => ({ value: url ?? "", label }));
  const choose = (/** @type {string} */ url) =>
    setMusic(editor, ownAudio, url || null, options.find(({ value }) => value === url)?.label ?? "");
  return html`<div ref=${root} class=${`music stack ${isOver ? "over" : ""}`} ...${handlers}>
    <${SelectField} label=${t("edit.music")} value=${audioUrl ?? ""} options=${options}
      onInput=${choose} />
    ${audioUrl &&
    html`<${SliderField} label=${t("edit.volume")} unit="%" editor=${editor} min="0" max="1000" step="1" value=${percent}
      position=${Math.min(percent, LOUDEST)} range=${[0, LOUDEST]} told=${`${percent} %`}
      valueAt=${(/** @type {number} */ value) => value} operation=${volume}
      set=${(/** @type {number} */ value) => editor.apply(volume(value), "volume")} />
      <${MusicLevel} ...${{ editor, seconds }} />`}
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
