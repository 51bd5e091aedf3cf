import { html } from "htm/preact";
import { useReadOnly } from "../../../components/access.js";
import { Icon } from "../../../components/button.js";
import { Menu } from "../../../components/menu.js";
import { Reason } from "../../../components/notice.js";
import { t } from "../../../i18n.js";
import { MAX_IN_SCENE, iconOf, pictureOf } from "../../../state/cast.js";
import { projectPage } from "../../../urls.js";
import { editScene } from "./actions.js";

/** @typedef {import("../../../state/cast.js").Member} Member */

/**
 * Who is in a scene: chips of the members of the cast, and a button that adds one.
 * @param {{work: import("../../../documents/document.js").Document, scene: import("./actions.js").Scene,
 *   number: number, members: Member[] | null, error?: string}} props  `members` of the project; null until they are known
 */
export function SceneCast({ work, scene, number, members, error }) {
  const isReadOnly = useReadOnly();
  const ids = scene.cast ?? [];
  if (!members || (isReadOnly && !ids.length)) return null;
  const byId = new Map(members.map((member) => [member.id, member]));
  const edit = (/** @type {string[]} */ cast) => editScene(work, scene.scene_index, { cast });
  const chip = (/** @type {string} */ id) => {
    const member = byId.get(id);
    const name = member?.name ?? t("scenes.cast.gone");
    return html`<li class="tag" key=${id}>
      ${member && html`<${Picture} member=${member} />`}
      <span dir="auto">${name}</span>
      ${!isReadOnly && html`<button type="button" aria-label=${t("scenes.cast.remove", { name, number })} onClick=${() => edit(ids.filter((other) => other !== id))}>
        <${Icon} name="x" />
      </button>`}
    </li>`;
  };
  return html`<div class="scene-cast" role="group" aria-label=${t("scenes.cast.of", { number })}>
    <span class="label" aria-hidden="true">${t("scenes.cast.title")}</span>
    ${ids.length > 0 && html`<ul class="tags">${ids.map(chip)}</ul>`}
    ${!isReadOnly && html`<${Add} ...${{ work, ids, members, number }} onAdd=${(/** @type {string} */ id) => edit([...ids, id])} />`}
    ${error && html`<${Reason} text=${error} />`}
  </div>`;
}

/**
 * @param {{work: import("../../../documents/document.js").Document, ids: string[], members: Member[], number: number,
 *   onAdd: (id: string) => void}} props
 */
function Add({ work, ids, members, number, onAdd }) {
  if (!members.length) {
    const href = projectPage(work.value.peek().projectId, "cast");
    return html`<a class="button quiet small" href=${href}><${Icon} name="user-plus" /><span>${t("scenes.cast.toCast")}</span></a>`;
  }
  if (ids.length >= MAX_IN_SCENE) return html`<span class="hint">${t("scenes.cast.full", { count: MAX_IN_SCENE })}</span>`;
  const others = members.filter(({ id }) => !ids.includes(id));
  if (!others.length) return null;
  const items = others.map((member) => ({
    label: member.name,
    picture: html`<${Picture} member=${member} />`,
    onSelect: () => onAdd(member.id),
  }));
  return html`<${Menu} label=${t("scenes.cast.addName", { number })} items=${items} class="button quiet small">
    <${Icon} name="plus" /><span>${t("scenes.cast.add")}</span>
  <//>`;
}

/** @param {{member: Member}} props */
function Picture({ member }) {
  const src = pictureOf(member);
  return src ? html`<img class="face" src=${src} alt="" loading="lazy" decoding="async" />` : html`<${Icon} name=${iconOf(member.kind)} class="face" />`;
}
