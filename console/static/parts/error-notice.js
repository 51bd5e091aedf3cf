import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Notice } from "./notice.js";

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
