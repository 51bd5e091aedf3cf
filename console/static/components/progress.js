import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Button } from "./button.js";

/**
 * A progress bar; indeterminate without a value.
 * @param {{label: string, value?: number | null}} props `value` in percent
 */
export function Progress({ label, value = null }) {
  return html`<div
    class=${`progress ${value === null ? "indefinite" : ""}`}
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${value === null ? undefined : Math.round(value)}
  >
    <div class="progress-bar" style=${value === null ? {} : { width: `${value}%` }}></div>
  </div>`;
}

/**
 * The progress of an upload, with a button to cancel it.
 * @param {{upload: import("../state/upload.js").Upload}} props
 */
export function UploadProgress({ upload }) {
  if (!upload.running) return null;
  const { name, fraction } = upload.running;
  const label = t("work.uploading", { name });
  return html`<div class="making">
    <span class="cut">${label}</span>
    <${Progress} label=${label} value=${fraction * 100} />
    <${Button} small onClick=${upload.cancel}>${t("common.cancel")}<//>
  </div>`;
}
