/** How far a demo is: it follows from the work, so that it goes on after a reload. */

import { isActive } from "../../state/jobs.js";

/**
 * @typedef {"scenario" | "scenes" | "export"} StepId
 * @typedef {{id: StepId, state: "waiting" | "active" | "done" | "failed",
 *   job: import("../../state/jobs.js").Job | undefined}} Step
 */

/** @type {StepId[]} */
const IDS = ["scenario", "scenes", "export"];

/**
 * The steps, of which at most one is not done and not waiting.
 * @param {any} work
 * @param {any[]} exports of the work
 * @param {import("../../state/jobs.js").Job[]} jobs of the work, newest first
 * @returns {Step[]}
 */
export function stepsOf(work, exports, jobs) {
  const next = IDS.find((id) => !isDone(id, work, exports));
  return IDS.map((id) => {
    const job = jobs.find(({ kind }) => kind === id);
    if (isDone(id, work, exports)) return { id, state: "done", job };
    if (id !== next) return { id, state: "waiting", job };
    return { id, state: job && !isActive(job) && job.state !== "succeeded" ? "failed" : "active", job };
  });
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
