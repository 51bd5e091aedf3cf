import { html } from "htm/preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { may } from "../components/access.js";
import { Button } from "../components/button.js";
import { Card } from "../components/card.js";
import { DeleteDialog, NameDialog } from "../components/dialogs.js";
import { Failure, Loading } from "../components/fallbacks.js";
import { ListSelect, SearchedGrid } from "../components/grid.js";
import { Lazy } from "../components/lazy.js";
import { formatAgo, nameIn, t } from "../i18n.js";
import { on } from "../state/events.js";
import { loadReceived, received } from "../state/invitations.js";
import { coalesced, useList, useLoad } from "../state/load.js";
import { deleteProject, loadProjects, projects, renameProject } from "../state/projects.js";
import { useTitle } from "../state/title.js";
import { listWorks } from "../state/works.js";
import { loadSheet } from "../style-sheets.js";
import { projectPage } from "../urls.js";
import { DemoOffer } from "./demo/button.js";

/** @typedef {import("../state/projects.js").Project} Project */

const POSTERS_PAUSE = 1000; // milliseconds: works change often while they are made, and posters with them
const SHEET = import.meta.resolve("../css/sound.css");
/** The dialog for a first video, with its style sheet. */
const loadNewVideo = async () => {
  const [{ NewVideo }] = await Promise.all([import("./new-video/index.js"), loadSheet(SHEET)]);
  return { default: NewVideo };
};
const TEAM_SHEET = import.meta.resolve("../css/team.css");
/** The invitations that the user has received, with their style sheet. */
const loadInvitations = async () => {
  const [module] = await Promise.all([import("../components/received-invitations.js"), loadSheet(TEAM_SHEET)]);
  return module;
};
const NAMED = 5; // works that the question before deleting names

/** All projects. */
export default function Projects() {
  useTitle([{ label: t("projects.title") }]);
  const { error, reload } = useList("project", loadProjects);
  useEffect(() => on("work", coalesced(reload, POSTERS_PAUSE)), [reload]);
  useList("invitation", loadReceived);
  const [creating, setCreating] = useState("");
  const list = projects.value;
  return html`<div class="screen">
    <header class="screen-header">
      <h1>${t("projects.title")}</h1>
      ${list?.length ? html`<${Button} kind="primary" icon="plus" onClick=${() => setCreating(WAYS[0])}>${t("projects.new")}<//>` : null}
    </header>
    ${received.value.length > 0 && html`<${Lazy} load=${loadInvitations} />`}
    ${!list && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${list && (list.length ? html`<${Grid} list=${list} />` : html`<${First} onCreate=${setCreating} />`)}
    ${creating && html`<${Lazy} load=${loadNewVideo} way=${creating} onClose=${() => setCreating("")} />`}
  </div>`;
}

/** @param {{onCreate: (way: string) => void}} props */
function First({ onCreate }) {
  const card = (/** @type {string} */ way, /** @type {any} */ content) =>
    html`<button type="button" class="way" onClick=${() => onCreate(way)}>${content}</button>`;
  return html`<section class="first">
    <h2>${t("projects.emptyTitle")}</h2>
    <${Ways} card=${card} />
    <${DemoOffer} />
  </section>`;
}

/** @param {{list: Project[]}} props */
function Grid({ list }) {
  const [whose, setWhose] = useState("");
  const isShared = (/** @type {Project} */ { role }) => Boolean(role && role !== "owner");
  const hasShared = list.some(isShared);
  const shown = useMemo(() => (hasShared && whose ? list.filter((each) => isShared(each) === (whose === "shared")) : list), [list, whose]);
  const [dialog, setDialog] = useState(/** @type {{kind: string, project: Project} | null} */ (null));
  const card = useCallback(
    (/** @type {Project} */ project) => html`<${ProjectCard} key=${project.id} project=${project} open=${setDialog} />`,
    [],
  );
  const close = () => setDialog(null);
  return html`
    <${SearchedGrid} texts="projects" list=${shown} card=${card}>
      ${hasShared && html`<${ListSelect} label=${t("projects.whose")} value=${whose} options=${whoseOptions()} onInput=${setWhose} />`}
    <//>
    ${dialog?.kind === "rename" && html`<${Rename} project=${dialog.project} onClose=${close} />`}
    ${dialog?.kind === "delete" && html`<${Delete} project=${dialog.project} onClose=${close} />`}
  `;
}

const whoseOptions = () => ["", "own", "shared"].map((value) => ({ value, label: t(`projects.whoses.${value || "all"}`) }));

/** @param {{project: Project, open: (dialog: {kind: string, project: Project}) => void}} props */
function ProjectCard({ project, open }) {
  const { role, ownerName } = project;
  const team = { label: t(may(project, "manage") ? "projects.share" : "project.team"), icon: "users", href: projectPage(project.id, "team") };
  const items = !may(project, "manage") ? [team] : [
    team,
    { label: t("common.rename"), icon: "pencil", onSelect: () => open({ kind: "rename", project }) },
    { label: t("common.delete"), icon: "trash-2", danger: true, onSelect: () => open({ kind: "delete", project }) },
  ];
  const changed = t("projects.changed", { when: formatAgo(project.updatedAt) });
  return html`<${Card}
    href=${projectPage(project.id)}
    id=${project.id}
    name=${project.name}
    poster=${project.posterUrl}
    icon="folder"
    note=${ownerName ? html`<bdi>${ownerName}</bdi> · ${changed}` : changed}
    menuLabel=${t("projects.actions", { name: project.name })}
    items=${items}
  >
    ${ownerName && html`<div class="card-marks"><span class="mark">${nameIn("projects.roles", role ?? "")}</span></div>`}
  <//>`;
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
    await deleteProject(project);
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

/** The ways to a first video: from photos, from clips, from an idea. */
export const WAYS = ["film", "clips", "brief"];

/**
 * The ways as cards, each with a short film of what becomes of it, and what it needs; `card` makes one
 * of a way and its content.
 * @param {{card: (way: string, content: any) => any}} props
 */
export function Ways({ card }) {
  return html`<div class="ways">
    ${WAYS.map((way) => {
      const content = html`<span class=${`way-film ${way}`}></span>
        <span class="way-text"><strong>${t(`ways.${way}`)}</strong> <span class="note">${t(`ways.${way}Needs`)}</span></span>`;
      return card(way, content);
    })}
  </div>`;
}
