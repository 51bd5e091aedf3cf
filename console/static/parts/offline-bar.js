import { html } from "htm/preact";
import { t } from "../i18n.js";
import { askNow, reachable } from "../state/connection.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

/** Says that the service cannot be reached, while that is so. */
export function OfflineBar() {
  return html`<div role="status">
    ${!reachable.value &&
    html`<div class="offline-bar">
      <${Icon} name="wifi-off" />
      <span>${t("offline.text")}</span>
      <${Button} small onClick=${askNow}>${t("common.tryAgain")}<//>
    </div>`}
  </div>`;
}
