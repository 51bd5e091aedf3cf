import { html } from "htm/preact";
import { Icon } from "../../components/button.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Lazy } from "../../components/lazy.js";
import { EditNotices } from "../../components/edit-notices.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../components/saving.js";
import { Tabs } from "../../components/tabs.js";
import { useDocument } from "../../documents/open-documents.js";
import { PendingOperations } from "../../documents/pending-operations.js";
import { t } from "../../i18n.js";
import { listExports } from "../../state/exports.js";
import { jobsOf } from "../../state/jobs.js";
import { useLoad } from "../../state/load.js";
import { useTitle } from "../../state/title.js";
import { projectApi, projectPage, workApi, workPage } from "../../urls.js";
import { nextStep, tabStates } from "./way.js";

/** @param {any} data  of a work */
const operationsOn = (data) => new PendingOperations(data);

/**
 * A work: its tabs, and whether everything is saved.
 * @param {{params: {project: string, work: string, tab?: string},
 *   tabs: import("../../components/tabs.js").LoadedTab[]}} props
 */
export default function Work({ params, tabs }) {
  const { project, work } = params;
  const path = workApi(project, work);
  const { document, error } = useDocument(path, path, operationsOn);
  const parent = useDocument(projectApi(project)).document?.value.value;
  const current = params.tab ?? "";
  const tab = tabs.find(({ id }) => id === current) ?? tabs[0];
  const name = document?.value.value.name ?? "";
  useTitle([{ label: parent?.name ?? "", href: projectPage(project) }, { label: name }]);
  const gone = document?.error.value?.status === 404 ? document.error.value : null;
  if (gone) return html`<${Failure} error=${gone} />`;
  if (error) return html`<${Failure} error=${error} />`;
  if (!document) return html`<${Loading} />`;
  return html`<div class=${`screen work ${tab.id || "brief"}`}>
    ${tab.id === "edit" && html`<a class="skip" href="#timeline">${t("common.skipToTimeline")}</a>`}
    <${Bar} document=${document} tabs=${tabs} current=${tab.id} />
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${EditNotices} document=${document} />
    <${Lazy} load=${tab.load} work=${document} project=${parent} params=${params} />
  </div>`;
}

/**
 * The tabs with their states, whether everything is saved, and the next step.
 * @param {{document: import("../../documents/document.js").Document,
 *   tabs: import("../../components/tabs.js").LoadedTab[], current: string}} props
 */
function Bar({ document, tabs, current }) {
  const work = document.value.value;
  const jobs = jobsOf(work.id);
  const exported = jobs.find(({ kind, state }) => kind === "export" && state === "succeeded")?.id;
  const { data: videos } = useLoad(() => listExports(document.path), [document.path, exported]);
  const href = (/** @type {string} */ id) => workPage(work.projectId, work.id, id);
  const next = nextStep(current, work);
  return html`<div class="work-bar">
    <h1 class="visually-hidden" dir="auto">${work.name}</h1>
    <${Tabs}
      label=${t("work.parts")}
      tabs=${tabs}
      current=${current}
      href=${href}
      states=${tabStates(work, jobs, Boolean(videos?.length))}
    />
    <${SaveStatus} document=${document} />
    ${next &&
    html`<a class=${`button next-step ${next.isMain ? "primary" : "plain"}`} href=${href(next.tab)}>
      <span>${t(next.label)}</span><${Icon} name="arrow-right" class="directed" />
    </a>`}
  </div>`;
}
