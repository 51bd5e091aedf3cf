import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Icon } from "./icon.js";

/** What is shown while a screen is loaded; only if that takes a moment. */
export function Loading() {
  return html`<p class="loading" role="status"><${Icon} name="loader-circle" class="spin" />${t("common.loading")}</p>`;
}
