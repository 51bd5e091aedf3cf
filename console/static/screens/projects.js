import { html } from "htm/preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Button } from "../components/button.js";
import { Card } from "../components/card.js";
import { DeleteDialog, NameDialog } from "../components/dialogs.js";
import { Empty, Failure, Loading } from "../components/fallbacks.js";
import { SearchedGrid } from "../components/grid.js";
import { Lazy } from "../components/lazy.js";
import { formatAgo, t } from "../i18n.js";
import { on } from "../state/events.js";
import { coalesced, useList, useLoad } from "../state/load.js";
import { deleteProject, loadProjects, projects, renameProject } from "../state/projects.js";
import { demoAbsence, hasDemo, loadProviders } from "../state/providers.js";
import { useTitle } from "../state/title.js";
import { toast } from "../state/toasts.js";
import { listWorks } from "../state/works.js";
import { projectPage } from "../urls.js";
import { DemoButton } from "./demo/button.js";

/** @typedef {import("../state/projects.js").Project} Project */

const POSTERS_PAUSE = 1000; // milliseconds: works change often while they are made, and posters with them
const loadNewVideo = () => import("./new-video/index.js").then(({ NewVideo }) => ({ default: NewVideo }));
const NAMED = 5; // works that the question before deleting names

/** All projects. */
export default function Projects() {
  useTitle([{ label: t("projects.title") }]);
  const { error, reload } = useList("project", loadProjects);
  useEffect(() => on("work", coalesced(reload, POSTERS_PAUSE)), [reload]);
  const [creating, setCreating] = useState(false);
  const list = projects.value;
  const create = () => setCreating(true);
  return html`<div class="screen">
    <header class="screen-header">
      <h1>${t("projects.title")}</h1>
      ${list?.length ? html`<${Button} kind="primary" icon="plus" onClick=${create}>${t("projects.new")}<//>` : null}
    </header>
    ${!list && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${list && (list.length ? html`<${Grid} list=${list} />` : html`<${First} onCreate=${create} />`)}
    ${creating && html`<${Lazy} load=${loadNewVideo} onClose=${() => setCreating(false)} />`}
  </div>`;
}

/** @param {{onCreate: () => void}} props */
function First({ onCreate }) {
  useEffect(() => {
    loadProviders();
  }, []);
  const offersDemo = hasDemo.value !== false;
  const actions = html`${offersDemo && html`<${DemoButton} kind="primary" />`}
    <${Button} icon="plus" kind=${offersDemo ? "plain" : "primary"} onClick=${onCreate}>${t("projects.new")}<//>`;
  return html`<${Empty} icon="clapperboard" title=${t("projects.emptyTitle")} actions=${actions}>
    <p>${t("projects.emptyText")} ${offersDemo && t("projects.emptyDemo")}</p>
    ${!offersDemo && html`<p class="quiet">${t(`demo.none.${demoAbsence.value}`)}</p>`}
  <//>`;
}

/** @param {{list: Project[]}} props */
function Grid({ list }) {
  const [dialog, setDialog] = useState(/** @type {{kind: string, project: Project} | null} */ (null));
  const card = useCallback(
    (/** @type {Project} */ project) => html`<${ProjectCard} key=${project.id} project=${project} open=${setDialog} />`,
    [],
  );
  const close = () => setDialog(null);
  return html`
    <${SearchedGrid} texts="projects" ...${{ list, card }} />
    ${dialog?.kind === "rename" && html`<${Rename} project=${dialog.project} onClose=${close} />`}
    ${dialog?.kind === "delete" && html`<${Delete} project=${dialog.project} onClose=${close} />`}
  `;
}

/** @param {{project: Project, open: (dialog: {kind: string, project: Project}) => void}} props */
function ProjectCard({ project, open }) {
  const items = [
    { label: t("common.rename"), icon: "pencil", onSelect: () => open({ kind: "rename", project }) },
    { label: t("common.delete"), icon: "trash-2", danger: true, onSelect: () => open({ kind: "delete", project }) },
  ];
  return html`<${Card}
    href=${projectPage(project.id)}
    id=${project.id}
    name=${project.name}
    poster=${project.posterUrl}
    icon="folder"
    note=${t("projects.changed", { when: formatAgo(project.updatedAt) })}
    menuLabel=${t("projects.actions", { name: project.name })}
    items=${items}
  />`;
}

/** @param {{project: Project, onClose: () => void}} props */
function Rename({ project, onClose }) {
  return html`<${NameDialog}
    title=${t("projects.renameTitle")}
    submit=${t("common.rename")}
    name=${project.name}
    onSubmit=${(/** @type {string} */ name) => renameProject(project.id, name)}
    onClose=${onClose}
  />`;
}

/** @param {{project: Project, onClose: () => void}} props */
function Delete({ project, onClose }) {
  const { data: works } = useLoad(() => listWorks(project.id), [project.id]);
  const submit = async () => {
    await deleteProject(project.id);
    toast(t("projects.deleted", { name: project.name }));
  };
  return html`<${DeleteDialog}
    title=${t("projects.deleteTitle", { name: project.name })}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <p>${t("projects.deleteText")}</p>
    ${works?.length
      ? html`<p>${t("projects.deleteWorks", { count: works.length })}</p>
          <ul>
            ${works.slice(0, NAMED).map((work) => html`<li><bdi>${work.name}</bdi></li>`)}
            ${works.length > NAMED && html`<li>${t("projects.deleteMore", { count: works.length - NAMED })}</li>`}
          </ul>`
      : null}
  <//>`;
}
