/** Shown in place of a work or project that is gone: why, as far as the user may know, and where to go on. */

import { html } from "htm/preact";
import "../i18n/library.js";
import { formatAgo, t } from "../i18n.js";
import { endings } from "../state/endings.js";
import { useLoad } from "../state/load.js";
import { listTrash } from "../state/trash.js";
import { projectPage } from "../urls.js";
import { may } from "./access.js";
import { Empty, Failure } from "./fallbacks.js";

/** @typedef {import("../api.js").ApiError} ApiError */

const toProjects = (kind = "primary") => html`<a class=${`button ${kind}`} href="/">${t("failure.toProjects")}</a>`;
const toTrash = () => html`<a class="button plain" href="/trash">${t("vanished.toTrash")}</a>`;

/**
 * @param {{error: ApiError, id: string, project?: any}} props `project`: what is known of it, if it was shown
 */
export function VanishedProject({ error, id, project }) {
  const ending = endings.value[id];
  if (!ending) return html`<${Failure} error=${error} />`;
  const isOwner = may(project, "manage");
  const isDeleted = ending === "deleted";
  const name = project?.name ?? "";
  return html`<${Empty}
    isScreen
    icon=${isDeleted ? "trash-2" : "users"}
    title=${t(isDeleted ? "vanished.project" : "vanished.access", { name })}
    actions=${html`${toProjects()}${isDeleted && isOwner && toTrash()}`}
  >
    <p>${t(isDeleted ? (isOwner ? "vanished.restorable" : "vanished.byOwner") : "vanished.accessText")}</p>
  <//>`;
}

/**
 * A work of a project that is still there.
 * @param {{error: ApiError, id: string, name?: string, project: any}} props `name` of the work, if it was shown
 */
export function VanishedWork({ error, id, name, project }) {
  const mayChange = may(project, "change");
  const { data: deleted } = useLoad(async () => (mayChange ? await listTrash() : []), [id]);
  const item = deleted?.find(({ kind, documentId }) => kind === "work" && documentId === id);
  if (!item && !name) return html`<${Failure} error=${error} />`;
  const by = item?.deletedBy.name;
  const toWorks = html`<a class="button primary" href=${projectPage(project.id)}>${t("vanished.toWorks")}</a>`;
  return html`<${Empty}
    isScreen
    icon="trash-2"
    title=${t("vanished.work", { name: item?.name ?? name ?? "" })}
    actions=${html`${toWorks}${item && toTrash()}`}
  >
    ${by && html`<p>${t("vanished.by", { name: by, when: formatAgo(item.deletedAt) })}</p>`}
    <p>${t(item ? "vanished.restorable" : mayChange ? "vanished.gone" : "vanished.askEditor")}</p>
  <//>`;
}
