/** The jobs of the user, kept up to date by events. */

import { computed, signal } from "@preact/signals";
import { ApiError, get, post } from "../api.js";
import { workApi } from "../urls.js";
import { on } from "./events.js";
import { user } from "./session.js";

/**
 * @typedef {{done: number, total: number, percent: number, message: string}} JobProgress
 * @typedef {{id: string, kind: string, state: string, projectId: string | null,
 *   workId: string | null, reason: string | null, progress: JobProgress, result: any,
 *   calls: any[], createdAt: number, [field: string]: any}} Job
 * Those known so far by their ids: the recent ones and all that changed since.
 * @type {import("@preact/signals").Signal<Map<string, Job>>}
 */
export const jobs = signal(new Map());

const ACTIVE = new Set(["queued", "running", "waiting"]);

/** Whether a job goes on. @param {Job} job */
export const isActive = (job) => ACTIVE.has(job.state);

/** Newest first. */
export const activeJobs = computed(() =>
  [...jobs.value.values()].filter(isActive).sort((a, b) => b.createdAt - a.createdAt),
);

/** The jobs of a work, newest first. @param {string} work its id */
export const jobsOf = (work) =>
  [...jobs.value.values()]
    .filter(({ workId }) => workId === work)
    .sort((a, b) => b.createdAt - a.createdAt);

/** Take a job that the service has answered with. @param {Job} job */
export function noteJob(job) {
  const known = jobs.value.get(job.id);
  if (!known || known.updatedAt <= job.updatedAt) jobs.value = new Map(jobs.value).set(job.id, job);
}

/**
 * Start a job of a work. The same `key` starts it once, also from several tabs.
 * @param {string} work its path in the API
 * @param {Record<string, any>} body `{kind, sceneIndex?, sceneIndexes?, options?}`
 * @param {{providers?: Record<string, string>, key?: string}} [options]
 *   `providers` are headers, such as `x-image-provider`
 * @returns {Promise<Job>} Throws ApiError.
 */
export async function startJob(work, body, { providers = {}, key } = {}) {
  const headers = key ? { ...providers, "Idempotency-Key": key } : providers;
  const { data } = await post(`${work}/jobs`, body, { headers });
  noteJob(data);
  return data;
}

/**
 * Continue a job that failed, was interrupted or cancelled; finished parts are kept.
 * @param {Job} job
 * @returns {Promise<Job>} Throws ApiError.
 */
export async function resumeJob(job) {
  const { data } = await post(`${jobApi(job)}/resume`);
  noteJob(data);
  return data;
}

/**
 * Stop a job; what it has finished is kept.
 * @param {Job} job
 * @returns {Promise<void>} Throws ApiError.
 */
export async function cancelJob(job) {
  noteJob((await post(`${jobApi(job)}/cancel`)).data);
}

/** The path of a job in the API. @param {Job} job */
export const jobApi = ({ projectId, workId, id }) =>
  projectId && workId ? `${workApi(projectId, workId)}/jobs/${id}` : `/api/jobs/${id}`;

/** Read the recent jobs. Failures are left to the next time. */
export async function loadJobs() {
  try {
    const { data } = await get("/api/jobs?all=1");
    const known = new Map(jobs.value);
    for (const job of data) known.set(job.id, job);
    jobs.value = known;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

on("job", noteJob);
on("reset", loadJobs);
user.subscribe((someone) => {
  if (someone) loadJobs();
});
