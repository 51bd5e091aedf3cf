import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Button } from "./button.js";

/**
 * A bar; without a value it shows that something goes on.
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

/** A file on its way, which can be cancelled. @param {{upload: import("../state/upload.js").Upload}} props */
export function UploadProgress({ upload }) {
  if (!upload.running) return null;
  const { name, part } = upload.running;
  const label = t("work.uploading", { name });
  return html`<div class="making">
    <span class="cut">${label}</span>
    <${Progress} label=${label} value=${part * 100} />
    <${Button} small onClick=${upload.cancel}>${t("common.cancel")}<//>
  </div>`;
}
