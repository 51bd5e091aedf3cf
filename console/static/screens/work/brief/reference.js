import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { del } from "../../../api.js";
import { t } from "../../../i18n.js";
import { Button } from "../../../parts/button.js";
import { SelectField } from "../../../parts/field.js";
import { FileDrop } from "../../../parts/file-drop.js";
import { ErrorNotice } from "../../../parts/error-notice.js";
import { UploadProgress } from "../../../parts/upload-progress.js";
import { DeleteDialog } from "../../../parts/delete-dialog.js";
import { useUpload } from "../../../state/upload.js";
import { Analysis } from "./analysis.js";

const TYPES = "video/mp4,video/webm,video/quicktime,video/x-msvideo";
const MODES = ["style_transfer", "content_remix"];

/**
 * A video that the new one should be like. @param {{work: import("../../../state/document.js").Document}} props
 */
export function Reference({ work }) {
  const { hasReferenceVideo } = work.value.value;
  const path = `${work.path}/media/reference`;
  const { uploading, error, cancel, start } = useUpload();
  const [version, setVersion] = useState(0); // the address of a replaced file is the same
  const receive = async (/** @type {File[]} */ [file]) => {
    if (!(await start("PUT", path, file))) return;
    setVersion(version + 1);
    await work.refresh();
  };
  return html`<section class="panel stack" aria-labelledby="reference-title">
    <div>
      <h2 id="reference-title">${t("reference.title")}</h2>
      <p class="hint">${t("reference.hint")}</p>
    </div>
    ${error && html`<${ErrorNotice} error=${error} />`}
    ${uploading && html`<${UploadProgress} uploading=${uploading} onCancel=${cancel} />`}
    ${!uploading && !hasReferenceVideo && html`<${FileDrop} label=${t("reference.add")} icon="video" accept=${TYPES} onFiles=${receive} />`}
    ${!uploading && hasReferenceVideo && html`<${Present} work=${work} src=${`${path}?n=${version}`} onFiles=${receive} />`}
  </section>`;
}

/**
 * @param {{work: import("../../../state/document.js").Document, src: string,
 *   onFiles: (files: File[]) => void}} props
 */
function Present({ work, src, onFiles }) {
  const [removing, setRemoving] = useState(false);
  const { mode } = work.value.value;
  const remove = async () => {
    await del(`${work.path}/media/reference`);
    await work.refresh();
  };
  return html`
    <video class="player" src=${src} controls preload="metadata" playsinline></video>
    <div class="actions">
      <${FileDrop} compact label=${t("reference.replace")} accept=${TYPES} onFiles=${onFiles} />
      <${Button} icon="trash-2" onClick=${() => setRemoving(true)}>${t("reference.remove")}<//>
    </div>
    <${SelectField}
      label=${t("reference.mode")}
      hint=${t(`reference.modeHints.${mode}`)}
      value=${mode}
      options=${MODES.map((id) => ({ value: id, label: t(`reference.modes.${id}`) }))}
      onInput=${(/** @type {string} */ id) => work.edit({ mode: id })}
    />
    <${Analysis} work=${work} src=${src} />
    ${removing &&
    html`<${DeleteDialog} title=${t("reference.removeTitle")} onSubmit=${remove} onClose=${() => setRemoving(false)}>
      <p>${t("reference.removeText")}</p>
    <//>`}
  `;
}
