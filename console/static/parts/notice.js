import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Button, Icon } from "./button.js";

const ICONS = { info: "info", error: "circle-alert", warning: "triangle-alert", success: "circle-check" };

/**
 * A remark within a screen; errors are announced.
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
 * What went wrong, and where a missing key of a vendor can be entered.
 * @param {{error: import("../api.js").ApiError}} props
 */
export function ErrorNotice({ error }) {
  if (error.message.startsWith("API key required")) {
    return html`<${Notice} kind="error">
      ${t("failure.noKey")} <a href="/settings/providers">${t("demo.addKey")}</a>
    <//>`;
  }
  return html`<${Notice} kind="error"><p dir="auto">${error.text}</p><//>`;
}

/**
 * Why something could not be done, in the words of the service, and what to do about it. Where a
 * key is missing, that is a link to the settings.
 * @param {{text: string, onAgain?: () => void, label?: string, busy?: boolean}} props
 *   `label` names the button for screen readers
 */
export function Reason({ text, onAgain, label, busy }) {
  const action = html`<span class="reason-actions">
    ${/\bAPI keys?\b/i.test(text) && html`<a class="button plain small" href="/settings/providers">${t("scenes.addKey")}</a>`}
    ${onAgain &&
    html`<${Button} small icon="rotate-ccw" busy=${busy} aria-label=${label} onClick=${onAgain}>${t("common.tryAgain")}<//>`}
  </span>`;
  return html`<${Notice} kind="error" action=${action}><p dir="auto">${text}</p><//>`;
}
