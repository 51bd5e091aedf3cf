import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

const ICONS = {
  saved: "check",
  unsaved: "pencil",
  saving: "refresh-cw",
  offline: "wifi-off",
  failed: "circle-alert",
  conflict: "triangle-alert",
};

/**
 * Whether everything is saved, and if not, why.
 * @param {{document: import("../state/document.js").Document}} props
 */
export function SaveStatus({ document }) {
  const state = document.state.value;
  const error = document.error.value;
  return html`<span class=${`save-status ${state}`} role="status">
    <${Icon} name=${ICONS[state]} />
    <span>${t(`save.${state}`)}</span>
    ${state === "failed" &&
    html`<span class="save-reason" title=${error?.text}>${error?.text}</span>
      <${Button} small onClick=${() => document.flush()}>${t("common.tryAgain")}<//>`}
  </span>`;
}
