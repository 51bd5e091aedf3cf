import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { del, get, post } from "../../../api.js";
import { Button } from "../../../components/button.js";
import { DeleteDialog, Dialog } from "../../../components/dialogs.js";
import { Failure, Loading } from "../../../components/fallbacks.js";
import { Notice } from "../../../components/notice.js";
import { t } from "../../../i18n.js";
import { jobsOf } from "../../../state/jobs.js";
import { useLoad } from "../../../state/load.js";
import { toastError } from "../../../state/toasts.js";
import { madeOf, pathOf } from "./actions.js";
import { MoreTakes } from "./more-takes.js";
import { stateOf } from "./scene-state.js";
import { Compared, TakeItem } from "./take-item.js";

/** @typedef {import("./take-item.js").Take} Take */

/** @type {{kind: Take["kind"], title: string}[]} */
const GROUPS = [
  { kind: "video", title: "scenes.clipsTitle" },
  { kind: "image", title: "scenes.pictures" },
  { kind: "voice", title: "narration.takes" },
];

/**
 * The current and the earlier pictures, clips and voices of a scene, side by side.
 * @param {{work: import("../../../documents/document.js").Document, index: number, number: number,
 *   onClose: () => void}} props
 */
export function Takes({ work, index, number, onClose }) {
  const value = work.value.value;
  const path = `${pathOf(work)}/media/scene/${index}/takes`;
  const made = madeOf(value, index);
  const { isBusy } = stateOf(index, made, jobsOf(value.id));
  const { data, error, reload } = useLoad(async () => (await get(path)).data.takes, [path, made?.mediaUpdatedAt, made?.voiceUpdatedAt]);
  const [replaced, setReplaced] = useState(/** @type {Take | null} */ (null));
  const [deleting, setDeleting] = useState(/** @type {Take | null} */ (null));
  const { compared, compare, endCompare } = useCompared(data ?? []);
  /** @type {Take[]} */
  const takes = data ?? [];
  const use = async (/** @type {string} */ id) => {
    await post(`${path}/${id}/use`);
    await Promise.all([reload(), work.refresh()]);
  };
  const choose = async (/** @type {Take} */ take) => {
    const before = takes.find(({ kind, current }) => kind === take.kind && current);
    try {
      await use(take.id);
    } catch (failure) {
      toastError(failure);
      return;
    }
    setReplaced(before ?? null);
  };
  const undo = async () => {
    setReplaced(null);
    await use(/** @type {Take} */ (replaced).id).catch(toastError);
  };
  const remove = async () => {
    await del(`${path}/${deleting?.id}`);
    await reload();
  };
  const actions = { onUse: choose, onCompare: compare, onDelete: setDeleting };
  return html`<${Dialog} title=${t("scenes.takesTitle", { number })} wide onClose=${onClose}>
    ${!data && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    <div role="status">
      ${replaced &&
      html`<${Notice} kind="success" action=${html`<${Button} small icon="undo-2" onClick=${undo}>${t("scenes.undo")}<//>`}>
        ${t("scenes.nowUsed", { number })}
      <//>`}
    </div>
    ${data?.length === 0 && html`<p class="quiet">${t("scenes.takesNone")}</p>`}
    ${compared.length === 2 && html`<${Compared} takes=${compared} onUse=${choose} onClose=${endCompare} />`}
    ${GROUPS.map(({ kind, title }) => {
      const own = takes.filter((take) => take.kind === kind);
      if (!own.length) return null;
      return html`<section class="takes">
        <header><h3>${t(title)}</h3>${kind !== "voice" && html`<${MoreTakes} ...${{ work, index, kind, isBusy }} />`}</header>
        <ul>
          ${own.map((take) => html`<${TakeItem} key=${take.id} take=${take} canCompare=${own.length > 1 && kind !== "voice"} isCompared=${compared.includes(take)} ...${actions} />`)}
        </ul>
      </section>`;
    })}
    ${deleting &&
    html`<${DeleteDialog} title=${t("scenes.deleteTakeTitle")} onSubmit=${remove} onClose=${() => setDeleting(null)}>
      <p>${t("scenes.deleteTakeText")}</p>
    <//>`}
  <//>`;
}

/** The takes that are compared: the last two that were chosen, of one kind. @param {Take[]} takes */
function useCompared(takes) {
  const [ids, setIds] = useState(/** @type {string[]} */ ([]));
  const compared = takes.filter(({ id }) => ids.includes(id));
  const compare = (/** @type {Take} */ take) => {
    const others = compared.filter(({ id, kind }) => id !== take.id && kind === take.kind).map(({ id }) => id);
    setIds(ids.includes(take.id) ? others : [...others.slice(-1), take.id]);
  };
  return { compared, compare, endCompare: () => setIds([]) };
}
