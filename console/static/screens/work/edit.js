import { html } from "htm/preact";
import { t } from "../../i18n.js";

/** @param {{work: import("../../state/document.js").Document}} props */
export default function Tab({ work }) {
  return html`<h2>${t("work.edit")}</h2>`;
}
