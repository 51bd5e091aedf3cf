import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "../../api.js";
import { Boundary } from "../../components/boundary.js";
import { Button } from "../../components/button.js";
import { FormDialog } from "../../components/dialogs.js";
import { Empty, Failure, Loading } from "../../components/fallbacks.js";
import { ListSelect } from "../../components/grid.js";
import { Tabs } from "../../components/tabs.js";
import { FINISHED_STATES } from "../../facts.js";
import { t } from "../../i18n.js";
import { address, navigate } from "../../router.js";
import {
  activeJobs,
  cancelJobs,
  clearJobs,
  isOwn,
  isPending,
  jobs,
  loadJobs,
  nextPage,
  readPendingJobs,
  storeJobs,
} from "../../state/jobs.js";
import { useList, useLoad } from "../../state/load.js";
import { loadProjects, projects } from "../../state/projects.js";
import { useTitle } from "../../state/title.js";
import { toast, toastError } from "../../state/toasts.js";
import { JobRow, nameOf } from "./row.js";

// The list of all jobs, read page by page and updated by events.

/** @typedef {import("../../state/jobs.js").Job} Job */

/** The states that each selection shows; the first one shows all. @type {Record<string, string[]>} */
export const SELECTIONS = {
  "": [],
  active: ["queued", "running", "waiting"],
  failed: ["failed", "interrupted"],
  done: ["succeeded"],
  cancelled: ["cancelled"],
};

/**
 * Read a selection of the jobs, newest first.
 * @param {string} selection
 * @param {boolean} isAll whether those that others started are among them
 * @returns {{list: Job[] | null, error: ApiError | null, more: (() => Promise<void>) | null}}
 *   `more` reads the next page, if there is one, and throws ApiError
 */
export function useJobList(selection, isAll) {
  const states = SELECTIONS[selection];
  const [page, setPage] = useState(/** @type {{next: string | null, oldest: number} | null} */ (null));
  const read = async (/** @type {string} */ path) => {
    const { data, headers } = await get(path);
    storeJobs(data);
    return { next: nextPage(headers), oldest: data.at(-1)?.createdAt ?? 0 };
  };
  const { error } = useLoad(async () => {
    const first = await read(`/api/jobs?all=1${isAll ? "" : "&mine=1"}${states.length ? `&state=${states}` : ""}`);
    setPage((loaded) => loaded ?? first);
  }, []);
  const list = page && shown(states, isAll, page.next ? page.oldest : 0);
  const next = page?.next;
  useNames(list ?? []);
  return { list, error: list ? null : error, more: next ? async () => setPage(await read(next)) : null };
}

/** The jobs of the pages that were read. @param {string[]} states @param {boolean} isAll @param {number} oldest */
function shown(states, isAll, oldest) {
  return [...jobs.value.values()]
    .filter((job) => isAll || isOwn(job))
    .filter((job) => !job.clearedAt && job.createdAt >= oldest && (!states.length || states.includes(job.state)))
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

/** Events of jobs lack the names of works: read them for works that are new. @param {Job[]} list */
function useNames(list) {
  const nameless = list.find((job) => job.workId && job.workName === undefined)?.id;
  useEffect(() => {
    if (nameless) loadJobs();
  }, [nameless]);
}

const NAMED = 5; // jobs that the question names

/** Cancels all jobs that have not begun, after a confirmation. */
function CancelPending() {
  const [pending, setPending] = useState(/** @type {Job[] | null} */ (null));
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    try {
      const found = await readPendingJobs();
      if (found.length) setPending(found);
      else toast(t("jobs.nonePending"));
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const offered = activeJobs.value.some((job) => isOwn(job) && isPending(job));
  return html`
    ${offered && html`<${Button} icon="circle-x" busy=${busy} onClick=${ask}>${t("jobs.cancelPending")}<//>`}
    ${pending && html`<${Question} pending=${pending} onClose=${() => setPending(null)} />`}
  `;
}

/** @param {{pending: Job[], onClose: () => void}} props */
function Question({ pending, onClose }) {
  const count = pending.length;
  const submit = async () => {
    await cancelJobs(pending);
    toast(t("jobs.cancelledMany", { count }));
  };
  return html`<${FormDialog}
    title=${t("jobs.cancelPendingTitle", { count })}
    submit=${t("jobs.cancelSubmit")}
    cancel=${t("jobs.cancelDismiss")}
    danger
    onSubmit=${submit}
    onClose=${onClose}
  >
    <div class="prose">
      <ul>
        ${pending.slice(0, NAMED).map((job) => html`<li><bdi>${nameOf(job)}</bdi></li>`)}
        ${count > NAMED && html`<li>${t("jobs.cancelPendingMore", { count: count - NAMED })}</li>`}
      </ul>
      <p>${t("jobs.cancelPendingText")}</p>
    </div>
  <//>`;
}

/** Removes the ended jobs of the selection from the list. @param {{selection: string}} props */
function ClearFinished({ selection }) {
  const [asking, setAsking] = useState(false);
  const states = FINISHED_STATES.filter((state) => !selection || SELECTIONS[selection].includes(state));
  const offered = [...jobs.value.values()].some((job) => isOwn(job) && !job.clearedAt && states.includes(job.state));
  const submit = async () => {
    const count = await clearJobs(states);
    toast(t("jobs.cleared", { count }));
  };
  return html`
    ${offered && html`<${Button} icon="check-check" onClick=${() => setAsking(true)}>${t("jobs.clear")}<//>`}
    ${asking &&
    html`<${FormDialog}
      title=${t("jobs.clearTitle")}
      submit=${t("jobs.clearSubmit")}
      onSubmit=${submit}
      onClose=${() => setAsking(false)}
    >
      <div class="prose">
        <p>${t(`jobs.clearText.${selection || "all"}`)}</p>
        <p>${t("jobs.clearKept")}</p>
      </div>
    <//>`}
  `;
}

const ICONS = { "": "list-video", active: "circle-play", failed: "circle-alert", done: "circle-check", cancelled: "circle-x" };
const TABS = Object.entries(ICONS).map(([id, icon]) => ({ id, icon, label: `jobs.${id || "all"}` }));

/** Everything that runs or ran, of all works: what the user started, or everyone who shares a project. */
export default function Jobs() {
  useList("project", loadProjects);
  useTitle([{ label: t("jobs.title") }]);
  const asked = address.value.query.get("show") ?? "";
  const selection = asked in SELECTIONS ? asked : "";
  const isAll = address.value.query.get("whose") === "all";
  const href = (/** @type {string} */ show, whose = isAll) => {
    const query = new URLSearchParams({ ...(show && { show }), ...(whose && { whose: "all" }) });
    return `/jobs${query.size ? `?${query}` : ""}`;
  };
  return html`<div class="screen jobs">
    <header class="screen-header"><h1>${t("jobs.title")}</h1>
      <div class="buttons">
        ${(isAll || isShared()) && html`<${Whose} isAll=${isAll} onChange=${(/** @type {boolean} */ all) => navigate(href(selection, all))} />`}
        ${!isAll && html`<${CancelPending} /><${ClearFinished} selection=${selection} />`}
      </div>
    </header>
    <${Tabs}
      label=${t("jobs.selections")}
      tabs=${TABS}
      current=${selection}
      href=${href}
    />
    <${List} key=${`${selection} ${isAll}`} selection=${selection} isAll=${isAll} />
  </div>`;
}

/** Whether the user works with others. */
const isShared = () =>
  Boolean(projects.value?.some(({ role }) => role && role !== "owner")) || [...jobs.value.values()].some((job) => !isOwn(job));

/** @param {{isAll: boolean, onChange: (isAll: boolean) => void}} props */
function Whose({ isAll, onChange }) {
  const options = ["mine", "all"].map((value) => ({ value, label: t(`jobs.whoses.${value}`) }));
  return html`<${ListSelect}
    label=${t("jobs.whose")}
    value=${isAll ? "all" : "mine"}
    options=${options}
    onInput=${(/** @type {string} */ value) => onChange(value === "all")}
  />`;
}

/** @param {{selection: string, isAll: boolean}} props */
function List({ selection, isAll }) {
  const { list, error, more } = useJobList(selection, isAll);
  if (error) return html`<${Failure} error=${error} />`;
  if (!list) return html`<${Loading} />`;
  if (!list.length && !more) return html`<${Nothing} selection=${selection} />`;
  return html`<ul class="job-list">
      ${list.map((job) => html`<${Boundary} key=${job.id} as="li" of=${job}><${JobRow} job=${job} /><//>`)}
    </ul>
    ${more
      ? html`<${More} read=${more} />`
      : html`<p class="job-end">${t("jobs.end", { count: list.length })}<br />${t("jobs.kept")}</p>`}`;
}

/** @param {{read: () => Promise<void>}} props */
function More({ read }) {
  const [busy, setBusy] = useState(false);
  const load = async () => {
    setBusy(true);
    await read().catch(toastError);
    setBusy(false);
  };
  return html`<p class="job-end">
    <${Button} icon="chevron-down" busy=${busy} onClick=${load}>${t("jobs.more")}<//>
  </p>`;
}

/** @param {{selection: string}} props */
function Nothing({ selection }) {
  if (!selection) {
    return html`<${Empty} icon="list-video" title=${t("jobs.emptyTitle")}><p>${t("jobs.emptyText")}</p><//>`;
  }
  return html`<${Empty} icon="search" title=${t("jobs.noneTitle")}>
    <p>${t(`jobs.noneText.${selection}`)}</p>
  <//>`;
}
