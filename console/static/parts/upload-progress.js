import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { Progress } from "./progress.js";

/**
 * How far an upload is, with a way to cancel it.
 * @param {{uploading: {name: string, part: number}, onCancel: () => void}} props
 */
export function UploadProgress({ uploading, onCancel }) {
  const { name, part } = uploading;
  return html`<div class="upload">
    <div class="upload-text">
      <p class="upload-name">${name}</p>
      <p class="hint">${part < 1 ? t("files.uploading", { percent: Math.floor(part * 100) }) : t("files.storing")}</p>
      <${Progress} label=${t("files.label", { name })} value=${part < 1 ? part * 100 : null} />
    </div>
    <${Button} small onClick=${onCancel}>${t("common.cancel")}<//>
  </div>`;
}
