/** The steps of a demo. Their states are derived from the work, so that it continues after a reload. */

import { t } from "../../i18n.js";
import { isActive } from "../../state/jobs.js";

/**
 * @typedef {import("../../state/jobs.js").Job} Job
 * @typedef {"scenario" | "scenes" | "export"} StepId
 * @typedef {{id: StepId, state: "waiting" | "active" | "done" | "failed", job: Job | undefined,
 *   reason: string, isAbsent: boolean}} Step
 *   `reason` is why it failed; `isAbsent`: because the demo is not there for this user
 * @typedef {{step: string, text: string, isAbsent: boolean}} Refusal why the service did not start a step
 * @typedef {object} Progress
 * @property {any} work
 * @property {any[]} exports of the work
 * @property {Job[]} jobs of the work, newest first
 * @property {Refusal | null} refusal
 * @property {string} settled the job that succeeded, and after which the work was read again
 */

/** @type {StepId[]} */
const IDS = ["scenario", "scenes", "export"];

/**
 * The steps, of which at most one is not done and not waiting.
 * @param {Progress} progress
 * @returns {Step[]}
 */
export function stepsOf(progress) {
  const { work, exports, jobs, refusal } = progress;
  const next = IDS.find((id) => !isDone(id, work, exports));
  return IDS.map((id) => {
    const step = { id, job: jobs.find(({ kind }) => kind === id), reason: "", isAbsent: false };
    if (isDone(id, work, exports)) return { ...step, state: "done" };
    if (id !== next) return { ...step, state: "waiting" };
    const isRefused = refusal?.step === id;
    const reason = isRefused ? refusal.text : failureOf(step.job, progress.settled);
    return { ...step, state: reason ? "failed" : "active", reason, isAbsent: isRefused && refusal.isAbsent };
  });
}

/**
 * Why the last job of a step did not complete it; empty if it goes on.
 * @param {Job | undefined} job
 * @param {string} settled
 */
function failureOf(job, settled) {
  if (!job || isActive(job)) return "";
  if (job.state === "succeeded") return job.id === settled ? t("demo.incomplete") : "";
  return job.reason || t(`jobs.states.${job.state}`);
}

/** Scenes that have their clip. @param {any} work */
export const clipsOf = (work) =>
  work.generatedScenes.filter((/** @type {any} */ scene) => scene.videoUrl).length;

/** @param {StepId} id @param {any} work @param {any[]} exports */
function isDone(id, work, exports) {
  if (id === "scenario") return work.scenes.length > 0;
  if (id === "scenes") return work.scenes.length > 0 && clipsOf(work) >= work.scenes.length;
  return exports.length > 0;
}
