import { html } from "htm/preact";
import { t } from "../i18n.js";
import { askNow, reachable, replaced } from "../state/connection.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

/** Says that the service cannot be reached, while that is so. */
export function OfflineBar() {
  return html`<div role="status">
    ${!reachable.value &&
    html`<div class="offline-bar">
      <${Icon} name="wifi-off" />
      <span>${t(replaced.value ? "offline.replaced" : "offline.text")}</span>
      ${replaced.value
        ? html`<${Button} small onClick=${() => location.reload()}>${t("common.reload")}<//>`
        : html`<${Button} small onClick=${askNow}>${t("common.tryAgain")}<//>`}
    </div>`}
  </div>`;
}
