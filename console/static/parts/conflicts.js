import { html } from "htm/preact";
import { t } from "../i18n.js";
import { fieldName } from "../state/field-names.js";
import { Button } from "./button.js";
import { Notice } from "./notice.js";

/**
 * What was changed here and elsewhere: both versions, and the choice.
 * @param {{document: import("../state/document.js").Document}} props
 */
export function Conflicts({ document }) {
  const conflicts = document.conflicts.value;
  if (!conflicts.length) return null;
  return html`<${Notice} kind="warning">
    <p><strong>${t("conflict.title")}</strong> ${t("conflict.text")}</p>
    ${conflicts.map(
      (conflict) =>
        html`<fieldset class="conflict">
          <legend>${fieldName(conflict.path, document.value.value)}</legend>
          ${choice("mine", conflict, document)} ${choice("theirs", conflict, document)}
        </fieldset>`,
    )}
  <//>`;
}

/**
 * @param {"mine" | "theirs"} which
 * @param {import("../state/merge.js").Conflict} conflict
 * @param {import("../state/document.js").Document} document
 */
function choice(which, conflict, document) {
  return html`<div class="conflict-side">
    <blockquote dir="auto">${asText(conflict[which])}</blockquote>
    <${Button} small onClick=${() => document.resolve(conflict, which)}>${t(`conflict.${which}`)}<//>
  </div>`;
}

/** @param {any} value */
function asText(value) {
  if (value === null || value === undefined || value === "") return t("conflict.empty");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
