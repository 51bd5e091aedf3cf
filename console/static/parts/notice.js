import { html } from "htm/preact";
import { Icon } from "./icon.js";

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
