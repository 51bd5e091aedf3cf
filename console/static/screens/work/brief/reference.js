import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { del } from "../../../api.js";
import { useReadOnly } from "../../../components/access.js";
import { Button, Icon, IconButton } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { DeleteDialog } from "../../../components/dialogs.js";
import { SelectField } from "../../../components/field.js";
import { FileButton, useDrop } from "../../../components/files.js";
import { Notice, Reason } from "../../../components/notice.js";
import { PaidButton } from "../../../components/paid-button.js";
import { UploadProgress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { useUpload } from "../../../state/upload.js";
import { workApi } from "../../../urls.js";
import { Analysis, useAnalysis } from "./analysis.js";

/** @type {import("../../../state/providers.js").Role[]} */
const VISION = ["vision"];
const ACCEPTED = "video/mp4,video/webm,video/quicktime,video/x-msvideo,.mov,.avi";
const MODES = ["style_transfer", "content_remix"];

/** @typedef {import("../../../documents/document.js").Document} Document */

/** The reference video and its analysis. @param {{work: Document}} props */
export function Reference({ work }) {
  const { projectId, id, hasReferenceVideo, mode } = work.value.value;
  const path = `${workApi(projectId, id)}/media/reference`;
  const upload = useUpload();
  const analysis = useAnalysis(work);
  const [version, setVersion] = useState(0);
  const [deleting, setDeleting] = useState(false);
  const send = async (/** @type {File[]} */ [file]) => {
    if (!file || !(await upload.start("PUT", path, file, file.name))) return;
    setVersion((before) => before + 1);
    await work.refresh();
  };
  const remove = async () => {
    await del(path);
    await work.refresh();
  };
  const isBusy = Boolean(upload.running);
  if (useReadOnly() && !hasReferenceVideo) return null;
  return html`<section class="panel stack" aria-labelledby="brief-reference">
    <header>
      <h2 id="brief-reference">${t("brief.reference.title")} <span class="optional">${t("common.optional")}</span></h2>
      <p class="quiet">${t("brief.reference.text")}</p>
    </header>
    ${hasReferenceVideo &&
    html`<${Clip}
      class="reference-video"
      src=${`${path}?v=${version}`}
      fallback=${html`<${Notice} kind="warning">${t("brief.reference.unplayable")}<//>`}
      aria-label=${t("brief.reference.title")}
      controls
      playsinline
      preload="metadata"
    />`}
    <${UploadProgress} upload=${upload} />
    ${!hasReferenceVideo && !isBusy && html`<${DropArea} onFiles=${send} />`}
    ${upload.error && html`<${Reason} text=${upload.error.text} />`}
    ${hasReferenceVideo &&
    !isBusy &&
    html`<div class="row">
        <${PaidButton} roles=${VISION} kind=${work.value.value.analysis ? "plain" : "primary"} icon="sparkles" busy=${analysis.isBusy} onClick=${analysis.start}>
          ${t(work.value.value.analysis ? "brief.reference.analyzeAgain" : "brief.reference.analyze")}
        <//>
        <${FileButton} icon="upload" accept=${ACCEPTED} onFiles=${send}>${t("brief.reference.replace")}<//>
        <${IconButton} icon="trash-2" label=${t("common.delete")} onClick=${() => setDeleting(true)} />
      </div>
      <${SelectField}
        label=${t("brief.reference.mode")}
        value=${mode}
        options=${MODES.map((value) => ({ value, label: t(`brief.reference.modes.${value}`) }))}
        onInput=${(/** @type {string} */ value) => work.edit({ mode: value })}
      />`}
    <${Analysis} work=${work} analysis=${analysis} />
    ${deleting &&
    html`<${DeleteDialog} title=${t("brief.reference.deleteTitle")} onSubmit=${remove} onClose=${() => setDeleting(false)}>
      <p>${t("brief.reference.deleteText")}</p>
    <//>`}
  </section>`;
}

/** @param {{onFiles: (files: File[]) => void}} props */
function DropArea({ onFiles }) {
  const { isOver, handlers } = useDrop(onFiles);
  return html`<div class=${`drop ${isOver ? "over" : ""}`} ...${handlers}>
    <${Icon} name="video" />
    <${FileButton} icon="upload" accept=${ACCEPTED} onFiles=${onFiles}>${t("brief.reference.add")}<//>
    <p class="hint">${t("brief.reference.drop")}</p>
  </div>`;
}
