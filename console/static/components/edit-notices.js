/** What others changed on a timeline beside this page, in the words of the cut. */

import { html } from "htm/preact";
import "../i18n/work.js";
import { t } from "../i18n.js";
import { clipsInOrder, sceneNumber } from "../timeline/editor-state.js";
import { Button } from "./button.js";
import { Notice } from "./notice.js";

const LONGEST = 40; // characters of a text that is named

/**
 * @typedef {import("../documents/pending-operations.js").Notice} EditNotice
 * @typedef {import("../timeline/operations/changes.js").Change} Change
 */

/** What a changed property means for a person. @type {Record<string, string>} */
const VERBS = {
  order: "moved",
  gap: "moved",
  start: "moved",
  trimStart: "trimmed",
  transitionType: "transition",
  transitionDuration: "transition",
  text: "worded",
  "overlay.text": "worded",
  "overlay.centerX": "placed",
  "overlay.centerY": "placed",
};

/**
 * The notices of a work, each with what can be done about it.
 * @param {{document: import("../documents/document.js").Document}} props
 */
export function EditNotices({ document }) {
  const { operations } = document;
  const notices = operations?.notices.value ?? [];
  if (!operations || !notices.length) return null;
  const decide = (/** @type {EditNotice} */ notice) => {
    document.operate([{ op: "revert", changes: notice.other }]);
    operations.dismiss(notice);
  };
  return html`<div class="edit-notices" role="status">
    <${Notice} kind="info">
      ${notices.map(
        (notice) => html`<p class="edit-notice">
          <span dir="auto">${wordsOf(notice, document.value.value)}</span>
          ${notice.other.length > 0 && html`<${Button} small onClick=${() => decide(notice)}>${t(`editNotice.other.${notice.outcome}`)}<//>`}
          <${Button} small onClick=${() => operations.dismiss(notice)}>${t("common.close")}<//>
        </p>`,
      )}
    <//>
  </div>`;
}

/** @param {EditNotice} notice @param {any} work */
function wordsOf({ outcome, theirs, mine, message }, work) {
  if (!theirs || !mine) return t("editNotice.refused", { reason: message ?? "" });
  const object = nameOf(theirs, work) ?? nameOf(mine, work) ?? t(`editNotice.objects.${theirs.kind}`);
  return [
    t(`editNotice.theirs.${verbOf(theirs)}`, { object }),
    t(`editNotice.mine.${verbOf(mine)}`),
    t(`editNotice.outcomes.${outcome}`),
  ].join(" ");
}

/** @param {Change} change */
function verbOf({ field, before, after, added, removed }) {
  if (added) return "added";
  if (removed) return "deleted";
  if (field === "length") return after < before ? "shortened" : "lengthened";
  return VERBS[field ?? ""] ?? "changed";
}

/**
 * The name of a changed object: the number of a clip's scene, the words of a text.
 * @param {Change} change @param {any} work
 */
function nameOf({ kind, id, added, removed }, work) {
  const state = work.editorState;
  const known = added ?? removed;
  if (kind === "clip") {
    const scene = known?.sceneIndex ?? clipsInOrder(state).find((clip) => clip.id === id)?.sceneIndex;
    return scene === undefined ? null : t("edit.clip", { number: sceneNumber(work, scene) });
  }
  const words = known?.overlay?.text ?? known?.text ?? (kind === "text" && state.textOverlays?.[id ?? ""]?.text);
  return words ? t("editNotice.text", { text: words.slice(0, LONGEST) }) : null;
}
