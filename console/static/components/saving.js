/** Whether a document is saved: its status, and drafts. */

import { html } from "htm/preact";
import { changedBy } from "../documents/draft.js";
import { formatAgo, formatList, t } from "../i18n.js";
import { Button, Icon } from "./button.js";
import { showConflicts } from "./conflicts.js";
import { fieldName } from "./field-names.js";
import { Notice } from "./notice.js";

/** @typedef {Pick<import("../documents/document.js").Document, "state" | "error" | "retry">} Saved */

const ICONS = {
  saved: "check",
  unsaved: "pencil",
  saving: "refresh-cw",
  offline: "wifi-off",
  postponed: "refresh-cw",
  failed: "circle-alert",
  conflict: "triangle-alert",
};

/**
 * Whether everything is saved, and if not, why.
 * @param {{document: Saved}} props
 */
export function SaveStatus({ document }) {
  const state = document.state.value;
  const isRefused = state === "failed" || state === "postponed";
  const reason = reasonOf(document);
  return html`<span class=${`save-status ${state}`} role="status">
    <${Icon} name=${ICONS[state]} />
    <span class="save-text">${t(`save.${state}`)}${isRefused && html` <span>${reason}</span>`}</span>
    ${isRefused &&
    (document.error.value?.mayPass ?? true) &&
    html`<${Button} small onClick=${() => document.retry()}>${t("common.tryAgain")}<//>`}
    ${state === "conflict" && html`<${Button} small reading onClick=${showConflicts}>${t("conflict.show")}<//>`}
  </span>`;
}

/** Why something is not saved. @param {Saved} document */
function reasonOf(document) {
  const error = document.error.value;
  const fields = Object.entries(error?.fields ?? {});
  return fields.map(([path, text]) => `${fieldName(path)}: ${text}`).join(" ") || error?.text;
}

/**
 * Offers the draft of an earlier visit, to restore or discard.
 * @param {{document: import("../documents/document.js").Document}} props
 */
export function DraftOffer({ document }) {
  const draft = document.draft.offered.value;
  if (!draft) return null;
  const data = document.value.value;
  const fields = changedBy(draft, data);
  const actions = html`<div class="actions">
    <${Button} small kind="primary" onClick=${() => document.restore()}>${t("draft.restore")}<//>
    <${Button} small onClick=${() => document.forgetDraft()}>${t("draft.discard")}<//>
  </div>`;
  return html`<div class="draft-offer" role="status">
    <${Notice} kind="warning" action=${actions}>
      <strong>${t("draft.title", { when: formatAgo(draft.changedAt) })}</strong> ${formatList(fields.map((field) => fieldName(field)))}
    <//>
  </div>`;
}
