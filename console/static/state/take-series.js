/** Several more takes of a scene, made one after the other, since one job at a time makes a scene. */

import { effect, signal } from "@preact/signals";
import { ApiError } from "../api.js";
import { cancelJob, isActive, jobs, startJob } from "./jobs.js";

/** How many takes a series makes. */
export const TAKES = 3;

const REDO = { image: "image", video: "clip" };

/**
 * @typedef {import("./jobs.js").Job} Job
 * @typedef {{kind: "image" | "video", done: number, job: Job | null, isRunning: boolean, reason: string}} Series
 *   `done` is how many there are, `reason` why it stopped early
 * The series since the page was loaded, by `seriesKey`.
 * @type {import("@preact/signals").Signal<Map<string, Series>>}
 */
export const series = signal(new Map());

/** @param {string} work its path in the API @param {number} index of the scene */
export const seriesKey = (work, index) => `${work} ${index}`;

/**
 * Make more takes of a scene's image, or of its clip from the image that is there.
 * @param {string} work its path in the API
 * @param {number} index
 * @param {"image" | "video"} kind
 */
export async function makeTakes(work, index, kind) {
  const key = seriesKey(work, index);
  update(key, { kind, done: 0, job: null, isRunning: true, reason: "" });
  try {
    for (let done = 0; done < TAKES && series.value.get(key)?.isRunning; done += 1) {
      const job = await startJob(work, { kind: "scenes", sceneIndexes: [index], redo: REDO[kind] });
      if (!series.value.get(key)?.isRunning) return await cancelJob(job); // it was stopped meanwhile
      update(key, { job });
      const ended = await whenEnded(job.id);
      if (ended.state !== "succeeded") return update(key, { isRunning: false, reason: ended.reason ?? "" });
      update(key, { done: done + 1, job: null });
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return update(key, { isRunning: false, reason: error.text });
  }
  update(key, { isRunning: false });
}

/** Make no more takes, and cancel the one that is being made. @param {string} key Throws ApiError. */
export async function stopTakes(key) {
  const job = series.value.get(key)?.job;
  update(key, { isRunning: false });
  if (job) await cancelJob(job);
}

/** @param {string} key @param {Partial<Series>} fields */
function update(key, fields) {
  const before = /** @type {Series} */ (series.value.get(key));
  series.value = new Map(series.value).set(key, { ...before, ...fields });
}

/** @param {string} id of a job @returns {Promise<Job>} the job when it has ended */
function whenEnded(id) {
  return new Promise((resolve) => {
    const stop = effect(() => {
      const job = jobs.value.get(id);
      if (!job || isActive(job)) return;
      queueMicrotask(() => stop());
      resolve(job);
    });
  });
}
