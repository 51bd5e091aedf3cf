import { html } from "htm/preact";
import { t } from "../i18n.js";
import { useTitle } from "../state/title.js";

export default function Screen() {
  useTitle([{ label: t("settings.title") }]);
  return html`<div class="screen"><header class="screen-header"><h1>${t("settings.title")}</h1></header></div>`;
}
