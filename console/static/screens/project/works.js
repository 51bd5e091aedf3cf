import { html } from "htm/preact";
import { useCallback, useState } from "preact/hooks";
import { useMay } from "../../components/access.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { DeleteDialog, NameDialog } from "../../components/dialogs.js";
import { Empty, Failure, Loading } from "../../components/fallbacks.js";
import { SearchedGrid } from "../../components/grid.js";
import { useUnseen } from "../../discussion/seen.js";
import { formatAgo, t } from "../../i18n.js";
import { navigate } from "../../router.js";
import { activeJobs } from "../../state/jobs.js";
import { useList } from "../../state/load.js";
import { toast, toastError } from "../../state/toasts.js";
import { createWork, deleteWork, duplicateWork, listWorks, renameWork } from "../../state/works.js";
import { workPage } from "../../urls.js";

/**
 * @typedef {import("../../state/works.js").WorkSummary} WorkSummary
 * @typedef {{kind: "rename" | "duplicate" | "delete", work: WorkSummary}} Opened
 */

/** The works of a project. @param {{project: import("../../documents/document.js").Document}} props */
export default function Works({ project }) {
  const { id, name } = project.value.value;
  const { data: list, error, reload } = useList("work", () => listWorks(id), id);
  const [creating, setCreating] = useState(false);
  const mayChange = useMay("change");
  const create = mayChange && html`<${Button} kind="primary" icon="plus" onClick=${() => setCreating(true)}>
    ${t("works.new")}
  <//>`;
  return html`
    <header class="screen-header"><h1 dir="auto">${name}</h1>${list?.length ? create : null}</header>
    ${!list && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${list?.length === 0 &&
    html`<${Empty} icon="clapperboard" title=${t("works.emptyTitle")} actions=${create}>
      ${mayChange && html`<p>${t("works.emptyText")}</p><p class="quiet">${t("works.deleted")} <a href="/trash">${t("vanished.toTrash")}</a></p>`}
    <//>`}
    ${list?.length ? html`<${Grid} list=${list} reload=${reload} />` : null}
    ${creating && html`<${NewWork} project=${id} onClose=${() => setCreating(false)} />`}
  `;
}

/** @param {{project: string, onClose: () => void}} props */
function NewWork({ project, onClose }) {
  const submit = async (/** @type {string} */ name) => {
    const work = await createWork(project, { name });
    navigate(workPage(project, work.id));
  };
  return html`<${NameDialog}
    title=${t("works.new")}
    submit=${t("works.create")}
    onSubmit=${submit}
    onClose=${onClose}
  />`;
}

/** @param {{list: WorkSummary[], reload: () => Promise<void>}} props */
function Grid({ list, reload }) {
  const [opened, setOpened] = useState(/** @type {Opened | null} */ (null));
  const unseen = useUnseen(list[0].projectId);
  const open = (/** @type {Opened} */ action) => (action.kind === "duplicate" ? duplicate(action.work, reload) : setOpened(action));
  const card = useCallback(
    (/** @type {WorkSummary} */ work) => html`<${WorkCard} key=${work.id} work=${work} isUnseen=${unseen.has(work.id)} open=${open} />`,
    [[...unseen].join()],
  );
  const dialog = { reload, onClose: () => setOpened(null) };
  return html`
    <${SearchedGrid} texts="works" ...${{ list, card }} />
    ${opened?.kind === "rename" && html`<${Rename} work=${opened.work} ...${dialog} />`}
    ${opened?.kind === "delete" && html`<${Delete} work=${opened.work} ...${dialog} />`}
  `;
}

/** @param {WorkSummary} work @param {() => Promise<void>} reload */
async function duplicate(work, reload) {
  try {
    const copy = await duplicateWork(work);
    await reload();
    const action = { label: t("works.open"), run: () => navigate(workPage(copy.projectId, copy.id)) };
    toast(t("works.duplicated", { name: copy.name }), { action });
  } catch (error) {
    toastError(error);
  }
}

/** @param {{work: WorkSummary, isUnseen: boolean, open: (opened: Opened) => void}} props  `isUnseen`: something was said there */
function WorkCard({ work, isUnseen, open }) {
  const items = !useMay("change") ? [] : [
    { label: t("common.rename"), icon: "pencil", onSelect: () => open({ kind: "rename", work }) },
    { label: t("works.duplicate"), icon: "copy", onSelect: () => open({ kind: "duplicate", work }) },
    { label: t("common.delete"), icon: "trash-2", danger: true, onSelect: () => open({ kind: "delete", work }) },
  ];
  return html`<${Card}
    href=${workPage(work.projectId, work.id)}
    id=${work.id}
    name=${work.name}
    poster=${work.posterUrl}
    size=${work.size}
    note=${html`${describeProgress(work)} · ${formatAgo(work.updatedAt)}`}
    menuLabel=${t("projects.actions", { name: work.name })}
    items=${items}
  >
    <${ProgressMarks} ...${{ work, isUnseen }} />
  <//>`;
}

/** @param {{work: WorkSummary, isUnseen: boolean}} props */
function ProgressMarks({ work, isUnseen }) {
  const { scenes, images, videos, errors, photos = 0 } = work.progress;
  const isBusy = activeJobs.value.some(({ workId }) => workId === work.id);
  return html`<div class="card-marks">
    ${isBusy && html`<span class="mark busy">${t("works.busy")}</span>`}
    ${isUnseen && html`<span class="mark said">${t("works.said")}</span>`}
    ${errors > 0 && html`<span class="mark failed">${t("works.failed", { count: errors })}</span>`}
    ${videos + photos < scenes && html`<span class="card-bar" style=${{ "--images": images / scenes, "--videos": videos / scenes }}></span>`}
  </div>`;
}

/** @param {WorkSummary} work */
function describeProgress({ progress: { scenes, videos, photos = 0 }, clips: cut = 0 }) {
  if (!scenes) return cut ? t("works.cutClips", { count: cut }) : t("works.noScenes");
  const clips = scenes - photos;
  const shown = videos >= clips ? t("works.allClips", { count: clips }) : t("works.someClips", { videos, scenes: clips });
  return [...(photos ? [t("works.photos", { count: photos })] : []), ...(clips ? [shown] : [])].join(" · ");
}

/** @param {{work: WorkSummary, reload: () => Promise<void>, onClose: () => void}} props */
function Rename({ work, reload, onClose }) {
  const submit = async (/** @type {string} */ name) => {
    await renameWork(work.projectId, work.id, name);
    await reload();
  };
  return html`<${NameDialog}
    title=${t("works.renameTitle")}
    submit=${t("common.rename")}
    name=${work.name}
    onSubmit=${submit}
    onClose=${onClose}
  />`;
}

/** @param {{work: WorkSummary, reload: () => Promise<void>, onClose: () => void}} props */
function Delete({ work, reload, onClose }) {
  const submit = async () => {
    await deleteWork(work);
    await reload();
  };
  const { scenes, images, videos } = work.progress;
  return html`<${DeleteDialog}
    title=${t("projects.deleteTitle", { name: work.name })}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <p>${t("works.deleteText", { scenes, images, videos })}</p>
  <//>`;
}
