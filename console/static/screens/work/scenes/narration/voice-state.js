/** What happens to the voice of a scene, derived from the work's jobs. */

import { isActive } from "../../../../state/jobs.js";

/**
 * @typedef {import("../../../../state/jobs.js").Job} Job
 * @typedef {{isBusy: boolean, isWaiting: boolean, reason: string, job: Job | undefined}} VoiceState
 *   `reason` is why it failed, `job` the one that speaks it, or did so last
 */

const OPEN = new Set(["planned", "submitting", "waiting", "submitted"]);
const BEFORE = new Set(["planned", "waiting"]);

/**
 * @param {number} index of the scene
 * @param {any} made its entry in `generatedScenes`
 * @param {Job[]} jobs of the work, newest first
 * @returns {VoiceState}
 */
export function voiceStateOf(index, made, jobs) {
  const callOf = (/** @type {Job} */ job) => job.calls.find(({ sceneIndex }) => sceneIndex === index);
  const job = jobs.find((each) => each.kind === "narration" && callOf(each));
  const call = job && callOf(job);
  if (!job || !call) return { isBusy: false, isWaiting: false, reason: "", job };
  if (isActive(job) && OPEN.has(call.state)) {
    return { isBusy: true, isWaiting: BEFORE.has(call.state), reason: "", job };
  }
  const isThere = (made?.voiceUpdatedAt ?? 0) > job.updatedAt; // such as recorded since
  const hasFailed = ["failed", "interrupted"].includes(job.state) && call.state !== "done" && !isThere;
  return { isBusy: false, isWaiting: false, reason: hasFailed ? (call.error ?? job.reason ?? "") : "", job };
}
