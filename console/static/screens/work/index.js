import { html } from "htm/preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Access, useMay } from "../../components/access.js";
import { Boundary } from "../../components/boundary.js";
import { Icon } from "../../components/button.js";
import { Conflicts } from "../../components/conflicts.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Lazy } from "../../components/lazy.js";
import { Others, usePresence } from "../../components/presence.js";
import { EditNotices } from "../../components/edit-notices.js";
import { DraftOffer, SaveStatus } from "../../components/saving.js";
import { Tabs } from "../../components/tabs.js";
import { VanishedProject, VanishedWork } from "../../components/vanished.js";
import { useDocument } from "../../documents/open-documents.js";
import { PendingOperations } from "../../documents/pending-operations.js";
import { voiceWordsOf } from "../../documents/voice-words.js";
import "../../i18n/edit.js";
import "../../i18n/library.js";
import "../../i18n/team.js";
import "../../i18n/work.js";
import { t } from "../../i18n.js";
import { address, navigate } from "../../router.js";
import { WorkDiscussion } from "../../discussion/members.js";
import { jobsOf } from "../../state/jobs.js";
import { useKeysOf } from "../../state/providers.js";
import { may } from "../../state/rights.js";
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
  const { document: projectDocument, error: projectError } = useDocument(projectApi(project));
  const parent = projectDocument?.value.value;
  usePresence(parent, path, work);
  useKeysOf(parent?.members?.length ? project : "");
  const discussion = useDiscussion(path, project, work);
  useLanding(parent, params, discussion);
  const current = params.tab ?? "";
  const tab = tabs.find(({ id }) => id === current) ?? tabs[0];
  const name = document?.value.value.name ?? "";
  useTitle([{ label: parent?.name ?? "", href: projectPage(project) }, { label: name }]);
  const lostProject = missing(projectError ?? projectDocument?.error.value);
  if (lostProject) return html`<${VanishedProject} error=${lostProject} id=${project} project=${parent} />`;
  const lost = missing(error ?? document?.error.value);
  if (lost && parent) return html`<${VanishedWork} error=${lost} id=${work} name=${name} project=${parent} />`;
  if (error) return html`<${Failure} error=${error} />`;
  if (!document || !(parent ?? projectError)) return html`<${Loading} />`;
  return html`<${Access.Provider} value=${parent}><div class=${`screen work ${tab.id || "brief"}`}>
    ${tab.id === "edit" && html`<a class="skip" href="#timeline">${t("common.skipToTimeline")}</a>`}
    <${Bar} document=${document} tabs=${tabs} current=${tab.id} discussion=${discussion} />
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${EditNotices} document=${document} />
    <${Boundary} of=${tab}><${Lazy} load=${tab.load} work=${document} project=${parent} params=${params} discussion=${discussion} /><//>
  </div><//>`;
}

/** The error, if it says that there is nothing. @param {import("../../api.js").ApiError | null | undefined} error */
const missing = (error) => (error?.status === 404 ? error : null);

/** What is said about the work's videos. @param {string} path @param {string} projectId @param {string} id */
function useDiscussion(path, projectId, id) {
  const discussion = useMemo(() => new WorkDiscussion(path, { id, projectId }), [path]);
  useEffect(() => discussion.follow(), [discussion]);
  return discussion;
}

/**
 * Show those who may not change a work its newest video when they open it, in place of a brief that they
 * can only read.
 * @param {any} project @param {{work: string, tab?: string}} params @param {WorkDiscussion} discussion
 */
function useLanding(project, { work, tab }, discussion) {
  const opened = useRef("");
  const isWaiting = opened.current !== work && (!project || !discussion.isKnown.value);
  const isDue = !isWaiting && opened.current !== work && tab === undefined && !may(project, "change") && discussion.exports.value.length > 0;
  useEffect(() => {
    if (isWaiting) return;
    opened.current = work;
    if (isDue) navigate(`${address.peek().path}/export`, { replace: true });
  }, [isWaiting, isDue, work]);
}

/** Says what the user may do who may not change the work, in place of whether it is saved. */
function ViewOnly() {
  const [icon, text] = useMay("comment") ? ["message-square", "discussion.mayComment"] : ["eye", "work.viewOnly"];
  return html`<span class="save-status view-only"><${Icon} name=${icon} /><span class="save-text">${t(text)}</span></span>`;
}

/**
 * The tabs with their states, whether everything is saved, and the next step.
 * @param {{document: import("../../documents/document.js").Document,
 *   tabs: import("../../components/tabs.js").LoadedTab[], current: string, discussion: WorkDiscussion}} props
 */
function Bar({ document, tabs, current, discussion }) {
  const work = document.value.value;
  const jobs = jobsOf(work.id);
  const href = (/** @type {string} */ id) => workPage(work.projectId, work.id, id);
  const mayChange = useMay("change");
  const next = mayChange ? nextStep(current, work) : null;
  const words = voiceWordsOf(document);
  return html`<div class="work-bar">
    <h1 class="visually-hidden" dir="auto">${work.name}</h1>
    <${Tabs}
      label=${t("work.parts")}
      tabs=${tabs}
      current=${current}
      href=${href}
      states=${tabStates(work, jobs, discussion.exports.value.length > 0)}
      notes=${notesOf(discussion.open.value.length)}
    />
    <${Others} work=${work} />
    ${mayChange ? html`<${SaveStatus} document=${words.state.value === "saved" ? document : words} />` : html`<${ViewOnly} />`}
    ${next &&
    html`<a class=${`button next-step ${next.isMain ? "primary" : "plain"}`} href=${href(next.tab)}>
      <span>${t(next.label)}</span><${Icon} name="arrow-right" class="directed" />
    </a>`}
  </div>`;
}

/** The tabs where comments are answered, with the number of those that are open. @param {number} count */
function notesOf(count) {
  if (!count) return {};
  const note = { text: count > 99 ? "99+" : String(count), label: t("discussion.open", { count }) };
  return { edit: note, export: note };
}
