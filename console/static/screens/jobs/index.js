import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Boundary } from "../../components/boundary.js";
import { Button } from "../../components/button.js";
import { Empty, Failure, Loading } from "../../components/fallbacks.js";
import { ListSelect } from "../../components/grid.js";
import { Tabs } from "../../components/tabs.js";
import { t } from "../../i18n.js";
import { address, navigate } from "../../router.js";
import { isOwn, jobs } from "../../state/jobs.js";
import { useList } from "../../state/load.js";
import { loadProjects, projects } from "../../state/projects.js";
import { useTitle } from "../../state/title.js";
import { toastError } from "../../state/toasts.js";
import { CancelPending, ClearFinished } from "./bulk-actions.js";
import { SELECTIONS, useJobList } from "./job-list.js";
import { JobRow } from "./row.js";

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
