import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { useReadOnly } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { Empty } from "../../../components/fallbacks.js";
import { PaidButton, PaidReason, PayNotice } from "../../../components/paid-button.js";
import { Progress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { cancelJob, isActive } from "../../../state/jobs.js";
import { toast, toastError } from "../../../state/toasts.js";
import { useWorkJob } from "../../../state/work-job.js";
import { assetApi, workPage } from "../../../urls.js";
import { LLM } from "./actions.js";
import { DemoNotice } from "./models.js";

/**
 * @typedef {import("../../../state/jobs.js").Job} Job
 * @typedef {object} Scenario
 * @property {Job | undefined} job that writes the scenario, or was the last one to do so
 * @property {boolean} isBusy
 * @property {string} reason why it failed
 * @property {() => Promise<void>} write
 * @property {(() => Promise<void>) | undefined} again
 */

/**
 * A hook that writes the scenario, and offers to undo that.
 * @param {import("../../../documents/document.js").Document} work
 * @returns {Scenario}
 */
export function useScenario(work) {
  const { job, isBusy, reason, run, order, repeat, canRepeat } = useWorkJob(work, "scenario", !work.value.value.scenes.length);
  /** @type {{current: {id: string, scenes: any[]} | null}} */
  const replaced = useRef(null);
  const remember = async (/** @type {() => Promise<Job>} */ action) => {
    const { scenes } = work.value.value;
    const { id } = await action();
    replaced.current = { id, scenes };
  };
  useEffect(() => {
    const before = replaced.current;
    if (!before || before.id !== job?.id || job.state !== "succeeded") return;
    replaced.current = null;
    offerUndo(work, before.scenes, job.result?.warnings ?? []);
  }, [job?.state, job?.id]);
  return { job, isBusy, reason, write: () => run(() => remember(order)), again: canRepeat ? () => run(() => remember(repeat)) : undefined };
}

/**
 * @param {import("../../../documents/document.js").Document} work
 * @param {any[]} scenes
 * @param {string[]} warnings
 */
function offerUndo(work, scenes, warnings) {
  const undo = () => {
    work.edit({ scenes });
    toast(t("scenes.undone"));
  };
  const action = scenes.length ? { label: t("scenes.undo"), run: undo } : undefined;
  toast([t("scenes.written"), ...warnings].join(". "), { action });
}

/** The progress of the scenario's job, or its error. @param {{scenario: Scenario}} props */
export function ScenarioJob({ scenario }) {
  const { job, isBusy, reason, again } = scenario;
  if (reason) return html`<${PaidReason} roles=${LLM} text=${reason} onAgain=${again} />`;
  if (!isBusy) return null;
  return html`<div class="making" role="status">
    <span>${t("scenes.writing")}</span>
    <${Progress} label=${t("scenes.writing")} />
    ${job && isActive(job) && html`<${Button} small onClick=${() => cancelJob(job).catch(toastError)}>${t("common.cancel")}<//>`}
  </div>`;
}

/** The photos that scenes are to show. @param {any} work @returns {string[]} */
const photosOf = ({ assetUsageMode, selectedAssetIds }) => (assetUsageMode === "direct" ? selectedAssetIds : []);

/** @param {{project: string, photos: string[]}} props */
function OwnPhotos({ project, photos }) {
  return html`<ol class="own-photos">
    ${photos.map((id, index) => html`<li key=${id}><img src=${`${assetApi(project, id)}/thumbnail`} alt=${t("scenes.ownPhoto", { number: index + 1 })} /></li>`)}
  </ol>`;
}

/**
 * Shown while there are no scenes.
 * @param {{work: import("../../../documents/document.js").Document, scenario: Scenario, onAdd: () => void}} props
 */
export function NoScenes({ work, scenario, onAdd }) {
  if (useReadOnly()) return html`<${Empty} icon="images" title=${t("scenes.emptyTitle")} />`;
  const { projectId, id, productName, productDescription } = work.value.value;
  const photos = photosOf(work.value.value);
  const isBlank = !productName.trim() && !productDescription.trim();
  const actions = html`<${PaidButton} roles=${LLM} kind="primary" icon="wand-sparkles" busy=${scenario.isBusy} onClick=${scenario.write}>
      ${t("scenes.write")}
    <//>
    <${Button} icon="plus" onClick=${onAdd}>${t("scenes.add")}<//>`;
  return html`<${Empty} icon="images" title=${t("scenes.emptyTitle")} actions=${actions}>
      <p>${t(photos.length ? "scenes.emptyPhotos" : "scenes.emptyText", { count: photos.length })}</p>
      ${photos.length > 0 && html`<${OwnPhotos} project=${projectId} photos=${photos} />`}
      ${isBlank && html`<p>${t("scenes.emptyBrief")} <a href=${workPage(projectId, id)}>${t("scenes.toBrief")}</a></p>`}
    <//>
    <div class="centred"><${ScenarioJob} scenario=${scenario} /><${DemoNotice} /><${PayNotice} roles=${LLM} project=${projectId} /></div>`;
}
