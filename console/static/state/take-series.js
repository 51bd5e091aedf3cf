/** Several more takes of a scene, which one job of the service makes one after the other. */

import { isActive, jobsOf, startJob } from "./jobs.js";

/** How many takes a series makes. */
export const TAKES = 3;

const OPENED = Date.now();
const REDO = { image: "image", video: "clip" };

/**
 * @typedef {import("./jobs.js").Job} Job
 * @typedef {{job: Job, done: number, isRunning: boolean, reason: string}} Series
 *   `done` is how many there are, `reason` why it stopped early
 */

/**
 * The last series of a scene's pictures or clips; failures of earlier visits are not told again.
 * @param {string} work its id
 * @param {number} index of the scene
 * @param {"image" | "video"} kind
 * @returns {Series | undefined}
 */
export function lastSeries(work, index, kind) {
  const job = jobsOf(work).find(({ metadata, request }) => metadata?.takes === kind && request.sceneIndexes?.includes(index));
  if (!job) return undefined;
  const done = job.steps.filter((/** @type {any} */ { state }) => state === "succeeded").length;
  const hasFailed = ["failed", "interrupted"].includes(job.state) && job.updatedAt > OPENED;
  return { job, done, isRunning: isActive(job), reason: hasFailed ? (job.reason ?? "") : "" };
}

/**
 * Make more takes of a scene's image, or of its clip from the image that is there.
 * @param {string} work its path in the API
 * @param {number} index
 * @param {"image" | "video"} kind
 * Throws ApiError.
 */
export async function makeTakes(work, index, kind) {
  const steps = Array(TAKES).fill("scenes");
  await startJob(work, { kind: "pipeline", steps, sceneIndexes: [index], redo: REDO[kind], metadata: { takes: kind } });
}
