import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button, Icon } from "../components/button.js";
import { DeleteDialog } from "../components/dialogs.js";
import { Empty, Failure, Loading } from "../components/fallbacks.js";
import "../i18n/trash.js";
import { formatAgo, formatSize, formatTime, nameIn, t } from "../i18n.js";
import { navigate } from "../router.js";
import { restore } from "../state/deletion.js";
import { on } from "../state/events.js";
import { coalesced, useLoad } from "../state/load.js";
import { useTitle } from "../state/title.js";
import { toast, toastError } from "../state/toasts.js";
import { emptyTrash, listTrash, removeForGood } from "../state/trash.js";
import { projectPage, workPage } from "../urls.js";

/** @typedef {import("../state/trash.js").Deleted} Deleted */

const ICONS = { project: "folder", work: "clapperboard", asset: "images" };
const PAUSE = 500; // milliseconds: when a project is deleted, its works have events of their own

/** Events after which the trash may have changed. @type {import("../state/events.js").EventName[]} */
const NAMES = ["project", "work", "asset", "reset"];

/** What was deleted, to be restored or removed for good. */
export default function Trash() {
  useTitle([{ label: t("nav.projects"), href: "/" }, { label: t("trash.title") }]);
  const { data: items, error, reload } = useLoad(listTrash, []);
  useEffect(() => {
    const follow = coalesced(reload, PAUSE);
    const stops = NAMES.map((name) => on(name, follow));
    return () => stops.forEach((stop) => stop());
  }, [reload]);
  const [asked, setAsked] = useState(/** @type {Deleted | "all" | null} */ (null));
  const close = () => setAsked(null);
  return html`<div class="screen">
    <header class="screen-header">
      <h1>${t("trash.title")}</h1>
      ${items?.length ? html`<${Button} icon="trash-2" onClick=${() => setAsked("all")}>${t("trash.empty")}<//>` : null}
    </header>
    ${!items && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${items?.length === 0 && html`<${Empty} icon="trash-2" title=${t("trash.emptyTitle")}><p>${t("trash.emptyText")}</p><//>`}
    ${items?.length
      ? html`<section class="panel stack">
          <p class="note">${t("trash.lead")}</p>
          <ul class="rows people deleted">
            ${items.map((item) => html`<${Row} key=${item.id} item=${item} reload=${reload} onRemove=${() => setAsked(item)} />`)}
          </ul>
        </section>`
      : null}
    ${asked === "all" && html`<${RemoveAll} count=${items?.length ?? 0} reload=${reload} onClose=${close} />`}
    ${asked && asked !== "all" && html`<${Remove} item=${asked} reload=${reload} onClose=${close} />`}
  </div>`;
}

/** @param {{item: Deleted, reload: () => Promise<void>, onRemove: () => void}} props */
function Row({ item, reload, onRemove }) {
  const [busy, setBusy] = useState(false);
  const { id, kind, name, bytes, expiresAt } = item;
  const putBack = async () => {
    setBusy(true);
    try {
      const restored = await restore(id);
      const { message } = restored;
      const action = { label: t("trash.open"), run: () => navigate(pageOf(restored)) };
      toast(message ?? t("deletion.restored", { name }), { action, brief: !message });
    } catch (error) {
      toastError(error);
    }
    await reload();
    setBusy(false);
  };
  return html`<li class="row">
    <span class="initials none"><${Icon} name=${ICONS[kind] ?? "circle-help"} /></span>
    <div class="row-text">
      <h2><bdi>${name}</bdi></h2>
      <p class="note"><bdi>${placeOf(item)}</bdi> · <bdi>${describe(item)}</bdi></p>
    </div>
    <p class="key-state">${t("trash.until", { size: formatSize(bytes), when: formatTime(expiresAt) })}</p>
    <div class="row-actions">
      <${Button} small icon="undo-2" busy=${busy} aria-label=${t("trash.restoreNamed", { name })} onClick=${putBack}>${t("trash.restore")}<//>
      <${Button} small kind="quiet" aria-label=${t("trash.removeNamed", { name })} onClick=${onRemove}>${t("trash.remove")}<//>
    </div>
  </li>`;
}

/** Where it is shown once it is restored. @param {Deleted} item */
function pageOf({ kind, projectId, documentId }) {
  if (kind === "work") return workPage(projectId, documentId);
  return projectPage(projectId, kind === "asset" ? "assets" : "");
}

/** @param {Deleted} item */
function placeOf({ kind, projectName }) {
  const label = nameIn("trash.kinds", kind);
  return kind === "project" ? label : t("trash.of", { kind: label, project: projectName });
}

/** @param {Deleted} item */
function describe({ deletedAt, deletedBy: { name } }) {
  const when = formatAgo(deletedAt);
  return name ? t("trash.by", { when, name }) : t("trash.byNobody", { when });
}

/** @param {{item: Deleted, reload: () => Promise<void>, onClose: () => void}} props */
function Remove({ item: { id, kind, name }, reload, onClose }) {
  const submit = async () => {
    await removeForGood(id);
    toast(t("trash.removed", { name }));
    await reload();
  };
  return html`<${DeleteDialog}
    title=${t("trash.removeTitle", { name })}
    submit=${t("trash.remove")}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <p>${t(kind === "project" ? "trash.removeProjectText" : "trash.removeText")}</p>
  <//>`;
}

/** @param {{count: number, reload: () => Promise<void>, onClose: () => void}} props */
function RemoveAll({ count, reload, onClose }) {
  const submit = async () => {
    await emptyTrash();
    toast(t("trash.emptied"));
    await reload();
  };
  return html`<${DeleteDialog}
    title=${t("trash.emptyNowTitle")}
    submit=${t("trash.empty")}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <p>${t("trash.emptyNowText", { count })}</p>
  <//>`;
}
