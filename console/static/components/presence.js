/** The others who have a work open: dots with initials, and what each of them edits. */

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { known, t } from "../i18n.js";
import { editorsOf, enterWork, others } from "../state/presence.js";
import { Initials } from "./person.js";

const MOST = 4; // dots; the others are counted

/** @typedef {import("../state/presence.js").Person} Person */

/**
 * Take part in a work of a project that others see as well.
 * @param {any} project @param {string} path  of the work in the API @param {string} work  its id
 */
export function usePresence(project, path, work) {
  const isShared = Boolean(project?.members?.length);
  useEffect(() => (isShared ? enterWork(path, work) : undefined), [isShared, path, work]);
}

/** Everybody else in a work. @param {{work: any}} props */
export function Others({ work }) {
  const people = others.value;
  if (!people.length) return null;
  const more = people.length - MOST;
  return html`<ul class="others" aria-label=${t("presence.here")}>
    ${people.slice(0, MOST).map(
      (person) => html`<li key=${person.userId} title=${describe(person, work)}>
        <${Initials} ...${person} /><span class="visually-hidden">${describe(person, work)}</span>
      </li>`,
    )}
    ${more > 0 && html`<li title=${people.slice(MOST).map((person) => describe(person, work)).join("\n")}>+${more}</li>`}
  </ul>`;
}

/**
 * Says who else edits something.
 * @param {{kind: import("../state/presence.js").EditedKind, id: string}} props
 */
export function EditedBy({ kind, id }) {
  return editorsOf(kind, id).map(
    (person) => html`<span key=${person.userId} class="edited-by">
      <${Initials} ...${person} /><span>${t("presence.editsThis", { name: person.name })}</span>
    </span>`,
  );
}

/** Who somebody is, and what they edit. @param {Person} person @param {any} work */
function describe({ name, editing }, work) {
  if (!editing) return name;
  if (editing.kind !== "scene") return t(known(`presence.edits.${editing.kind}`, "presence.edits.other"), { name });
  const number = work.scenes.findIndex((/** @type {any} */ scene) => String(scene.scene_index) === editing.id) + 1;
  return number ? t("presence.edits.scene", { name, number }) : name;
}
