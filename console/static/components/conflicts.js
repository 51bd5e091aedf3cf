/** Fields that others have changed as well: both versions to choose from, and texts that were replaced. */

import { html } from "htm/preact";
import { useContext } from "preact/hooks";
import { changedBy } from "../documents/draft.js";
import { replaceAt, withPositions } from "../documents/merge.js";
import { formatAgo, formatList, t } from "../i18n.js";
import "../i18n/work.js";
import { editorsOf, others } from "../state/presence.js";
import { Access } from "./access.js";
import { Button, Icon } from "./button.js";
import { Notice } from "./notice.js";

// What the fields of documents are called on the page.

/** Keys of the texts. */
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
  narration: "scenes.line",
  sound: "scenes.sound",
  negative_prompt: "scenes.negative",
  duration_seconds: "scenes.duration",
  text_overlay: "scenes.overlay",
  transition: "scenes.transition",
  cast: "scenes.cast.title",
  kind: "cast.kind",
  assetIds: "cast.pictures",
  voice: "cast.voice",
};

/** Name a field by its path, such as `scenes.0.image_prompt`; the path itself if it has no name. @param {string} path */
function fieldName(path) {
  const [, caption] = /^editorState\.captions\.(\d+)/.exec(path) ?? [];
  if (caption) return t("edit.caption", { number: Number(caption) + 1 });
  const [, position, field] = /^scenes\.(\d+)\.(\w+)(?:\.text)?$/.exec(path) ?? [];
  const whole = path.startsWith("sound.") ? "sound" : path;
  const key = NAMES[/** @type {keyof typeof NAMES} */ (field ?? whole)];
  if (!key) return path;
  if (!field) return t(key);
  return t("conflict.ofScene", { number: Number(position) + 1, field: t(key) });
}

/**
 * @typedef {import("../documents/document.js").Document} Document
 * @typedef {import("../documents/merge.js").Conflict} Conflict
 */

const SCENE = /^scenes\.#(\d+)\./;

/** Scroll to the conflicts, and focus them. */
function showConflicts() {
  const all = [...document.querySelectorAll(".conflicts:has(.conflict)")]; // a dialog has its own
  const last = /** @type {HTMLElement | undefined} */ (all.at(-1));
  last?.scrollIntoView({ block: "start" });
  last?.focus({ preventScroll: true });
}

/**
 * Conflicts: both versions of each, to choose from.
 * @param {{document: Document}} props
 */
export function Conflicts({ document }) {
  const conflicts = document.conflicts.value;
  return html`<div class="conflicts" tabindex="-1" role="group" aria-label=${t("conflict.label")}>
    <${Replaced} document=${document} />
    ${conflicts.length > 0 && html`<${Notice} kind="warning">
      <p><strong>${titleOf(conflicts)}</strong> ${t("conflict.text")}</p>
      ${conflicts.map((conflict) => html`<fieldset class="conflict">
        <legend>${nameOf(document, conflict)}</legend>
        ${side("mine", conflict, document)} ${side("theirs", conflict, document)}
      </fieldset>`)}
    <//>`}
  </div>`;
}

/**
 * @param {"mine" | "theirs"} which
 * @param {Conflict} conflict
 * @param {Document} document
 */
function side(which, conflict, document) {
  const name = which === "theirs" ? authorOf(conflict) : null;
  const key = name ? "named" : which;
  return html`<div class="conflict-side">
    <p class="conflict-whose">${t(`conflict.whose.${key}`, { name: name ?? "" })}</p>
    <blockquote dir="auto">${asText(conflict[which])}</blockquote>
    <${Button} small onClick=${() => document.resolve(conflict, which)}>${t(`conflict.${key}`, { name: name ?? "" })}<//>
  </div>`;
}

/** Texts of the user that somebody has replaced a moment later. @param {{document: Document}} props */
function Replaced({ document }) {
  const isShared = Boolean(/** @type {any} */ (useContext(Access))?.members?.length);
  const { fields } = document;
  if (!isShared || !fields.replaced.value.length) return null;
  const putBack = (/** @type {Conflict} */ change) => {
    const path = change.path.split(".");
    document.edit({ [path[0]]: replaceAt(document.value.value, path, change.mine)[path[0]] });
    fields.dismiss(change);
  };
  return html`<div role="status">${fields.replaced.value.map((change) => html`<${Notice} key=${change.path}>
    <p class="edit-notice">
      <span>${t("conflict.replaced", { name: authorOf(change) ?? t("conflict.someone"), field: nameOf(document, change) })} <q dir="auto">${change.mine}</q></span>
      <${Button} small onClick=${() => putBack(change)}>${t("conflict.putBack")}<//>
      <${Button} small onClick=${() => fields.dismiss(change)}>${t("common.close")}<//>
    </p>
  <//>`)}</div>`;
}

/** What a changed field is called. @param {Document} document @param {Conflict} change */
const nameOf = (document, { path }) => fieldName(withPositions(document.value.value, path));

/**
 * Who made the other version, if that is known: who edits the same scene, or the only other one in the work.
 * @param {Conflict} change @returns {string | null}
 */
function authorOf({ path }) {
  const [, scene] = SCENE.exec(path) ?? [];
  const there = scene ? editorsOf("scene", scene) : [];
  const people = there.length ? there : others.value;
  return people.length === 1 ? people[0].name : null;
}

/** @param {Conflict[]} conflicts */
function titleOf(conflicts) {
  const [name, ...more] = new Set(conflicts.map(authorOf));
  return name && !more.length ? t("conflict.titleNamed", { name }) : t("conflict.title");
}

/** @param {any} value */
function asText(value) {
  if (value === null || value === undefined || value === "") return t("conflict.empty");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// Whether a document is saved: its status, and drafts.

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
