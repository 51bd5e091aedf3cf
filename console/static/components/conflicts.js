/** Fields that others have changed as well: both versions to choose from, and texts that were replaced. */

import { html } from "htm/preact";
import { useContext } from "preact/hooks";
import { replaceAt, withPositions } from "../documents/merge.js";
import { t } from "../i18n.js";
import { editorsOf, others } from "../state/presence.js";
import { Access } from "./access.js";
import { Button } from "./button.js";
import { fieldName } from "./field-names.js";
import { Notice } from "./notice.js";

/**
 * @typedef {import("../documents/document.js").Document} Document
 * @typedef {import("../documents/merge.js").Conflict} Conflict
 */

const SCENE = /^scenes\.#(\d+)\./;

/** Scroll to the conflicts, and focus them. */
export function showConflicts() {
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
