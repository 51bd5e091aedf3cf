import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Button, Icon } from "./button.js";

const ICONS = { info: "info", error: "circle-alert", warning: "triangle-alert", success: "circle-check" };

/**
 * A message within a screen; screen readers announce errors.
 * @param {{kind?: "info" | "error" | "warning" | "success", action?: any, children: any}} props
 */
export function Notice({ kind = "info", action, children }) {
  return html`<div class=${`notice ${kind}`} role=${kind === "error" ? "alert" : undefined}>
    <${Icon} name=${ICONS[kind]} />
    <div class="notice-text">${children}</div>
    ${action}
  </div>`;
}

/**
 * An error; if a vendor's key is missing, with a link to the settings.
 * @param {{error: import("../api.js").ApiError}} props
 */
export function ErrorNotice({ error }) {
  if (error.message.startsWith("API key required")) {
    return html`<${Notice} kind="error">
      ${t("failure.noKey")} <a href="/settings/providers">${t("common.addKey")}</a>
    <//>`;
  }
  return html`<${Notice} kind="error"><p dir="auto">${error.text}</p><//>`;
}

/**
 * Why an action failed, as the service says it, with a button to try again. If a vendor's key is
 * missing, with a link to the settings.
 * @param {{text: string, onAgain?: () => void, label?: string, busy?: boolean, disabled?: string}} props
 *   `label` names the button for screen readers; `disabled`: why there is no other attempt
 */
export function Reason({ text, onAgain, label, busy, disabled }) {
  const action = html`<span class="reason-actions">
    ${/\bAPI keys?\b/i.test(text) && html`<a class="button plain small" href="/settings/providers">${t("common.addKey")}</a>`}
    ${onAgain &&
    html`<${Button} small icon="rotate-ccw" busy=${busy} disabled=${Boolean(disabled)} title=${disabled} aria-label=${label} onClick=${onAgain}>${t("common.tryAgain")}<//>`}
  </span>`;
  return html`<${Notice} kind="error" action=${action}><p dir="auto">${text}</p><//>`;
}
