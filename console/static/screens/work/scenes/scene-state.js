/** The state of a scene, derived from the work and its jobs. */

import { isActive } from "../../../state/jobs.js";

/**
 * @typedef {import("../../../state/jobs.js").Job} Job
 * @typedef {"pending" | "queued" | "image" | "image_ready" | "video" | "done" | "error"
 *   | "interrupted"} Status
 * @typedef {object} SceneState
 * @property {Status} status
 * @property {boolean} isBusy
 * @property {number | null} percent of what is being made, if it is known
 * @property {string} reason why it failed
 * @property {Job | undefined} job the one that makes it, or was the last one to do so
 */

const KINDS = new Set(["scene", "scenes"]); // of jobs that make what is seen
const OPEN = new Set(["planned", "submitting", "waiting", "submitted"]);

/**
 * @param {number} index of the scene
 * @param {any} made its entry in `generatedScenes`, if there is one
 * @param {Job[]} jobs of the work, newest first
 * @returns {SceneState}
 */
export function stateOf(index, made, jobs) {
  const ofScene = jobs.filter(({ kind, request }) => KINDS.has(kind) && request.sceneIndexes.includes(index));
  const active = ofScene.find((job) => isActive(job) && callsOf(job, index).some(isOpen));
  if (active) return { ...progressOf(callsOf(active, index)), isBusy: true, reason: "", job: active };
  const [job] = ofScene;
  const ended = { isBusy: false, percent: null, job };
  if (made?.status === "error") return { ...ended, status: "error", reason: made.error ?? "" };
  if (job?.state === "interrupted" && isInterrupted(job, index, made)) {
    const reason = callsOf(job, index).find(({ error }) => error)?.error ?? job.reason ?? "";
    return { ...ended, status: "interrupted", reason };
  }
  const status = made?.videoUrl ? "done" : made?.imageUrl ? "image_ready" : "pending";
  return { ...ended, status, reason: "" };
}

/**
 * The call of a job whose result was kept, but not put into the scene.
 * @param {Job | undefined} job
 * @param {number} index
 */
export const keptBy = (job, index) => (job ? callsOf(job, index).find(({ url }) => url) : undefined);

/** @param {Job} job @param {number} index @returns {any[]} */
const callsOf = (job, index) => job.calls.filter(({ sceneIndex }) => sceneIndex === index);

/** @param {any} call */
const isOpen = ({ state }) => OPEN.has(state);

/** @param {any[]} calls of one scene: the picture's, if it has one, and the clip's */
function progressOf(calls) {
  const call = calls.find(isOpen);
  const isWaiting = call.state === "planned" ? calls.every(({ state }) => state === "planned") : call.state === "waiting";
  const percent = call.progress === null ? null : Math.round(call.progress * 100);
  /** @type {Status} */
  const status = isWaiting ? "queued" : call.role;
  return { status, percent };
}

/** @param {Job} job @param {number} index @param {any} made */
function isInterrupted(job, index, made) {
  const isThere = job.kind === "scenes" && made?.videoUrl; // such as by an upload since
  return !isThere && callsOf(job, index).some(({ state }) => isOpen({ state }) || state === "interrupted");
}
