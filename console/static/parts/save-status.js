import { html } from "htm/preact";
import { t } from "../i18n.js";
import { fieldName } from "../state/field-names.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

const ICONS = {
  saved: "check",
  unsaved: "pencil",
  saving: "refresh-cw",
  offline: "wifi-off",
  postponed: "refresh-cw",
  failed: "circle-alert",
  conflict: "triangle-alert",
};

/**
 * Whether everything is saved, and if not, why.
 * @param {{document: import("../state/document.js").Document}} props
 */
export function SaveStatus({ document }) {
  const state = document.state.value;
  const isRefused = state === "failed" || state === "postponed";
  const reason = reasonOf(document);
  return html`<span class=${`save-status ${state}`} role="status">
    <${Icon} name=${ICONS[state]} />
    <span class="save-text">${t(`save.${state}`)}${isRefused && html` <span>${reason}</span>`}</span>
    ${isRefused &&
    html`<${Button} small onClick=${() => document.retry()}>${t("common.tryAgain")}<//>`}
  </span>`;
}

/** Why something is not saved. @param {import("../state/document.js").Document} document */
function reasonOf(document) {
  const error = document.error.value;
  const fields = Object.entries(error?.fields ?? {});
  const value = document.value.value;
  return fields.map(([path, text]) => `${fieldName(path, value)}: ${text}`).join(" ") || error?.text;
}
