/** Whether a document is saved: its status, conflicts with other clients, and drafts. */

import { html } from "htm/preact";
import { changedBy } from "../documents/draft.js";
import { formatAgo, formatList, t } from "../i18n.js";
import { Button, Icon } from "./button.js";
import { Notice } from "./notice.js";

const ICONS = {
  saved: "check",
  unsaved: "pencil",
  saving: "refresh-cw",
  offline: "wifi-off",
  postponed: "refresh-cw",
  failed: "circle-alert",
  conflict: "triangle-alert",
};
/** What fields are called on the page: keys of the texts. */
const NAMES = {
  name: "brief.name",
  productName: "brief.productName",
  productDescription: "brief.description",
  targetAudience: "brief.audience",
  language: "brief.language",
  videoDuration: "brief.duration",
  sceneCount: "brief.sceneCount",
  "resolution.width": "size.width",
  "resolution.height": "size.height",
  mode: "brief.reference.mode",
  scenes: "work.scenes",
  editorState: "work.edit",
  styleGuide: "project.style",
  description: "library.description",
  tags: "library.tags",
  analysis: "brief.analysis.title",
  selectedAssetIds: "brief.assets.title",
  assetUsageMode: "brief.assets.usage",
  systemPrompt: "brief.prompts.systemPrompt",
  imageSystemPrompt: "brief.prompts.imageSystemPrompt",
  videoSystemPrompt: "brief.prompts.videoSystemPrompt",
  analyzerPrompt: "brief.prompts.analyzerPrompt",
  image_prompt: "scenes.imagePrompt",
  video_prompt: "scenes.videoPrompt",
  negative_prompt: "scenes.negative",
  duration_seconds: "scenes.duration",
  text_overlay: "scenes.overlay",
  transition: "scenes.transition",
};

/**
 * Whether everything is saved, and if not, why.
 * @param {{document: import("../documents/document.js").Document}} props
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
  </span>`;
}

/** Why something is not saved. @param {import("../documents/document.js").Document} document */
function reasonOf(document) {
  const error = document.error.value;
  const fields = Object.entries(error?.fields ?? {});
  return fields.map(([path, text]) => `${fieldName(path)}: ${text}`).join(" ") || error?.text;
}

/**
 * Conflicts: both versions of each, to choose from.
 * @param {{document: import("../documents/document.js").Document}} props
 */
export function Conflicts({ document }) {
  const conflicts = document.conflicts.value;
  if (!conflicts.length) return null;
  return html`<${Notice} kind="warning">
    <p><strong>${t("conflict.title")}</strong> ${t("conflict.text")}</p>
    ${conflicts.map(
      (conflict) =>
        html`<fieldset class="conflict">
          <legend>${fieldName(conflict.path)}</legend>
          ${choice("mine", conflict, document)} ${choice("theirs", conflict, document)}
        </fieldset>`,
    )}
  <//>`;
}

/**
 * @param {"mine" | "theirs"} which
 * @param {import("../documents/merge.js").Conflict} conflict
 * @param {import("../documents/document.js").Document} document
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

/** Name a field by its path, such as `scenes.0.image_prompt`; the path itself if it has no name. @param {string} path */
function fieldName(path) {
  const [, caption] = /^editorState\.captions\.(\d+)/.exec(path) ?? [];
  if (caption) return t("edit.caption", { number: Number(caption) + 1 });
  const [, position, field] = /^scenes\.(\d+)\.(\w+)$/.exec(path) ?? [];
  const key = NAMES[/** @type {keyof typeof NAMES} */ (field ?? path)];
  if (!key) return path;
  if (!field) return t(key);
  return t("conflict.ofScene", { number: Number(position) + 1, field: t(key) });
}
