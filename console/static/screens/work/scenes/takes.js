import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { del, get, post } from "../../../api.js";
import { Button, IconButton } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { DeleteDialog, Dialog } from "../../../components/dialogs.js";
import { Failure, Loading } from "../../../components/fallbacks.js";
import { Notice } from "../../../components/notice.js";
import { formatAgo, formatSize, t } from "../../../i18n.js";
import { useLoad } from "../../../state/load.js";
import { providers } from "../../../state/providers.js";
import { toastError } from "../../../state/toasts.js";
import { madeOf, pathOf } from "./actions.js";

/**
 * @typedef {{id: string, kind: "image" | "video", url: string, size: number, createdAt: number,
 *   current: boolean, source: "generated" | "uploaded", provider?: string, model?: string,
 *   prompt?: string}} Take
 */

/**
 * The current and the earlier pictures and clips of a scene, side by side.
 * @param {{work: import("../../../documents/document.js").Document, index: number, number: number,
 *   onClose: () => void}} props
 */
export function Takes({ work, index, number, onClose }) {
  const path = `${pathOf(work)}/media/scene/${index}/takes`;
  const changed = madeOf(work.value.value, index)?.mediaUpdatedAt;
  const { data, error, reload } = useLoad(async () => (await get(path)).data.takes, [path, changed]);
  const [replaced, setReplaced] = useState(/** @type {Take | null} */ (null));
  const [deleting, setDeleting] = useState(/** @type {Take | null} */ (null));
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
  const group = (/** @type {Take["kind"]} */ kind, /** @type {string} */ title) =>
    html`<${Group} title=${t(title)} takes=${takes.filter((take) => take.kind === kind)} onUse=${choose} onDelete=${setDeleting} />`;
  return html`<${Dialog} title=${t("scenes.takesTitle", { number })} wide onClose=${onClose}>
    ${!data && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    <div role="status">
      ${replaced &&
      html`<${Notice} kind="success" action=${html`<${Button} small icon="undo-2" onClick=${undo}>${t("scenes.undo")}<//>`}>
        ${t("scenes.nowUsed", { number })}
      <//>`}
    </div>
    ${data?.length === 0 && html`<p class="quiet">${t("scenes.takesNone")}</p>`}
    ${group("video", "scenes.clipsTitle")} ${group("image", "scenes.pictures")}
    ${deleting &&
    html`<${DeleteDialog} title=${t("scenes.deleteTakeTitle")} onSubmit=${remove} onClose=${() => setDeleting(null)}>
      <p>${t("scenes.deleteTakeText")}</p>
    <//>`}
  <//>`;
}

/**
 * @param {{title: string, takes: Take[], onUse: (take: Take) => Promise<void>,
 *   onDelete: (take: Take) => void}} props
 */
function Group({ title, takes, onUse, onDelete }) {
  if (!takes.length) return null;
  return html`<section class="takes">
    <h3>${title}</h3>
    <ul>
      ${takes.map((take) => html`<${TakeItem} key=${take.id} take=${take} onUse=${onUse} onDelete=${onDelete} />`)}
    </ul>
  </section>`;
}

/** @param {{take: Take, onUse: (take: Take) => Promise<void>, onDelete: (take: Take) => void}} props */
function TakeItem({ take, onUse, onDelete }) {
  const [busy, setBusy] = useState(false);
  const use = async () => {
    setBusy(true);
    await onUse(take);
    setBusy(false);
  };
  return html`<li class=${`take ${take.current ? "current" : ""}`}>
    ${take.kind === "video"
      ? html`<${Clip} src=${take.url} aria-label=${originOf(take)} controls playsinline preload="metadata" />`
      : html`<img src=${take.url} alt=${originOf(take)} loading="lazy" decoding="async" />`}
    <p class="take-origin"><strong>${originOf(take)}</strong> <span>${formatAgo(take.createdAt)} · ${formatSize(take.size)}</span></p>
    ${take.prompt &&
    html`<details class="take-prompt">
      <summary>${t("scenes.sent")}</summary>
      <p dir="auto">${take.prompt}</p>
    </details>`}
    <div class="take-actions">
      ${take.current
        ? html`<span class="in-use">${t("scenes.inUse")}</span>`
        : html`<${Button} small busy=${busy} onClick=${use}>${t("scenes.use")}<//>
            <${IconButton} icon="trash-2" label=${t("scenes.deleteTake")} onClick=${() => onDelete(take)} />`}
    </div>
  </li>`;
}

/** @param {Take} take */
function originOf({ source, provider, model }) {
  if (source === "uploaded") return t("scenes.fromUpload");
  const name = providers.value?.find(({ id }) => id === provider)?.name ?? provider ?? "";
  return t("scenes.generated", { provider: model && model !== provider ? `${name}, ${model}` : name });
}
