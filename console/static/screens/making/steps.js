/**
 * The steps to a finished video. Their states are derived from the work, so that it continues after a
 * reload.
 */

import { t } from "../../i18n.js";
import { isActive } from "../../state/jobs.js";

/**
 * @typedef {import("../../state/jobs.js").Job} Job
 * @typedef {object} Part a step of a recipe
 * @property {string} id
 * @property {string} kind of the job that does it
 * @property {string} title the name of a text
 * @property {boolean} [isOptional] if it fails, it can be left out
 * @property {(work: any, jobs: Job[]) => boolean} [isNeeded] whether this work has it
 * @property {(work: any, exports: any[]) => boolean} isDone
 * @property {(work: any) => Record<string, any>} [order] fields of the job, beside its kind
 * @property {(work: any) => Record<string, string>} [providers] headers, such as `x-image-provider`
 * @property {(work: any, exports: any[]) => string} summary of what is done
 * @property {(work: any) => string} [detail] while it is done, instead of the job's message
 * @property {boolean} [hasPercent] whether its job knows how far it is
 *
 * @typedef {{part: Part, id: string, state: "waiting" | "active" | "done" | "failed",
 *   job: Job | undefined, reason: string, isAbsent: boolean, isLeftOut: boolean}} Step
 *   `reason` is why it failed; `isAbsent`: because the demo is not there for this user; `isLeftOut`: the
 *   others go on without it
 * @typedef {{step: string, text: string, isAbsent: boolean}} Refusal why the service did not start a step
 * @typedef {object} Progress
 * @property {any} work
 * @property {any[]} exports of the work
 * @property {Job[]} jobs of the work, newest first
 * @property {Refusal[]} refusals
 * @property {Set<string>} leftOut the steps that failed and without which the others go on
 * @property {Set<string>} settled the jobs that succeeded, and after which the work was read again
 */

/**
 * The steps of a work. Those that have no job and come after the first one that is open, or after one of
 * whose kind a job is active, wait.
 * @param {Part[]} parts
 * @param {Progress} progress
 * @returns {Step[]}
 */
export function stepsOf(parts, progress) {
  const { work, jobs } = progress;
  let isBlocked = false;
  return parts
    .filter(({ isNeeded }) => isNeeded?.(work, jobs) ?? true)
    .map((part, index, needed) => {
      isBlocked ||= needed.slice(0, index).some(({ kind }) => isAtWork(kind, jobs)); // also one that was resumed
      const step = stepOf(part, progress, isBlocked);
      isBlocked ||= step.state !== "done" && !(step.state === "failed" && step.isLeftOut);
      return step;
    });
}

/** @param {Part} part @param {Progress} progress @param {boolean} isBlocked @returns {Step} */
function stepOf(part, { work, exports, jobs, refusals, leftOut, settled }, isBlocked) {
  const { id, kind } = part;
  const job = jobs.find((each) => each.kind === kind);
  const step = { part, id, job, reason: "", isAbsent: false, isLeftOut: leftOut.has(id) };
  if (part.isDone(work, exports)) return { ...step, state: "done" };
  if (job && isActive(job)) return { ...step, state: "active" };
  if (isBlocked) return { ...step, state: "waiting" };
  const refusal = refusals.find((each) => each.step === id);
  const reason = refusal?.text ?? failureOf(job, settled);
  return { ...step, state: reason ? "failed" : "active", reason, isAbsent: refusal?.isAbsent ?? false };
}

/**
 * Why the last job of a step did not complete it; empty if it goes on.
 * @param {Job | undefined} job
 * @param {Set<string>} settled
 */
function failureOf(job, settled) {
  if (!job) return "";
  if (job.state === "succeeded") return settled.has(job.id) ? t("demo.incomplete") : "";
  return job.reason || t(`jobs.states.${job.state}`);
}

/** Whether a job of a kind is active. @param {string} kind @param {Job[]} jobs */
const isAtWork = (kind, jobs) => jobs.some((job) => job.kind === kind && isActive(job));

/** Scenes that have their clip. @param {any} work */
export const clipsOf = (work) =>
  work.generatedScenes.filter((/** @type {any} */ scene) => scene.videoUrl).length;
