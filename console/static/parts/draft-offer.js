import { html } from "htm/preact";
import { formatAgo, formatList, t } from "../i18n.js";
import { fieldName } from "../state/field-names.js";
import { rebase } from "../state/merge.js";
import { Button } from "./button.js";
import { Notice } from "./notice.js";

/**
 * What an earlier visit could not save: taken over, or forgotten.
 * @param {{document: import("../state/document.js").Document}} props
 */
export function DraftOffer({ document }) {
  const draft = document.draft.offered.value;
  if (!draft) return null;
  const data = document.value.value;
  const fields = Object.keys(rebase(draft.edits, draft.base, data).edits);
  const actions = html`<div class="actions">
    <${Button} small kind="primary" onClick=${() => document.restore()}>${t("draft.restore")}<//>
    <${Button} small onClick=${() => document.forgetDraft()}>${t("draft.discard")}<//>
  </div>`;
  return html`<div class="draft-offer" role="status">
    <${Notice} kind="warning" action=${actions}>
      <strong>${t("draft.title", { when: formatAgo(draft.changedAt) })}</strong> ${formatList(fields.map((field) => fieldName(field, data)))}
    <//>
  </div>`;
}
