import { html } from "htm/preact";
import { t } from "../i18n.js";
import { useTitle } from "../state/title.js";

export default function Screen() {
  useTitle([{ label: t("jobs.title") }]);
  return html`<div class="screen"><header class="screen-header"><h1>${t("jobs.title")}</h1></header></div>`;
}
