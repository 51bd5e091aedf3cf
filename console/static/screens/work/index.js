import { html } from "htm/preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Access, may, useMay } from "../../components/access.js";
import { Boundary } from "../../components/boundary.js";
import { Icon } from "../../components/button.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../components/conflicts.js";
import { EditNotices } from "../../components/edit-notices.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Lazy } from "../../components/lazy.js";
import { Others, usePresence } from "../../components/presence.js";
import { Tabs } from "../../components/tabs.js";
import { VanishedProject, VanishedWork } from "../../components/vanished.js";
import { WorkDiscussion } from "../../discussion/members.js";
import { useDocument } from "../../documents/open-documents.js";
import { PendingOperations } from "../../documents/pending-operations.js";
import { voiceWordsOf } from "../../documents/voice-words.js";
import { t } from "../../i18n.js";
import "../../i18n/edit.js";
import "../../i18n/library.js";
import "../../i18n/team.js";
import "../../i18n/work.js";
import { address, navigate } from "../../router.js";
import { isActive, jobsOf } from "../../state/jobs.js";
import { useKeysOf } from "../../state/providers.js";
import { useTitle } from "../../state/title.js";
import { projectApi, projectPage, workApi, workPage } from "../../urls.js";
import { contentsOf } from "./export/contents.js";

// The way from a brief to a video: how far each tab of a work is, and the step that comes next.

/** @typedef {import("../../components/tabs.js").TabState} TabState */

/** The tab that shows a job of each kind. @type {Record<string, string>} */
const TABS = { analysis: "", scenario: "scenes", scene: "scenes", scenes: "scenes", export: "export" };

/**
 * The states of the tabs, by their ids.
 * @param {any} work
 * @param {import("../../state/jobs.js").Job[]} jobs of the work
 * @param {boolean} isExported whether there is an exported video
 * @returns {Record<string, TabState>}
 */
function tabStates(work, jobs, isExported) {
  /** @type {Record<string, boolean>} */
  const done = { "": hasBrief(work), scenes: hasAllClips(work), edit: isArranged(work), export: isExported };
  const finished = Object.entries(done).flatMap(([tab, isDone]) => (isDone ? [[tab, "done"]] : []));
  const running = jobs.filter((job) => isActive(job) && job.kind in TABS).map(({ kind }) => [TABS[kind], "running"]);
  return Object.fromEntries([...finished, ...running]);
}

/**
 * The step that a tab leads to; null if something else is to be done there first. It is the main one
 * (`isMain`) unless scenes still lack their clips.
 * @param {string} tab
 * @param {any} work
 * @returns {{tab: string, label: string, isMain: boolean} | null}
 */
function nextStep(tab, work) {
  const { count, missing } = contentsOf(work);
  if (tab === "") return { tab: "scenes", label: "work.toScenes", isMain: true };
  if (tab === "scenes" && missing.length < count) {
    return { tab: "edit", label: "work.toCut", isMain: hasAllClips(work) };
  }
  if (tab === "edit" && count > 0 && !missing.length) return { tab: "export", label: "work.toExport", isMain: true };
  return null;
}

/** @param {any} work */
const hasBrief = ({ productName, productDescription, selectedAssetIds, hasReferenceVideo }) =>
  Boolean(productName.trim() || productDescription.trim() || selectedAssetIds.length || hasReferenceVideo);

/** Whether all scenes have a clip, or a picture that moves by itself. @param {any} work */
function hasAllClips({ scenes, generatedScenes }) {
  const has = (/** @type {any} */ { scene_index: index, motion }) =>
    generatedScenes.some((/** @type {any} */ made) => made.sceneIndex === index && (made.videoUrl || (motion && made.imageUrl)));
  return scenes.length > 0 && scenes.every(has);
}

/** @param {any} work */
const isArranged = ({ editorState }) => (editorState.editorData?.videoTrack ?? []).length > 0;

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
