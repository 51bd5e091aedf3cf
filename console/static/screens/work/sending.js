import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { Button } from "../../parts/button.js";
import { Progress } from "../../parts/progress.js";

/** A file on its way, which can be cancelled. @param {{upload: import("../../state/upload.js").Upload}} props */
export function Sending({ upload }) {
  if (!upload.running) return null;
  const { name, part } = upload.running;
  const label = t("work.uploading", { name });
  return html`<div class="making">
    <span class="cut">${label}</span>
    <${Progress} label=${label} value=${part * 100} />
    <${Button} small onClick=${upload.cancel}>${t("common.cancel")}<//>
  </div>`;
}
