/** The way from a brief to a video: how far each tab of a work is, and the step that comes next. */

import { isActive } from "../../state/jobs.js";
import { contentsOf } from "./export/contents.js";

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
export function tabStates(work, jobs, isExported) {
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
export function nextStep(tab, work) {
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
