/** The jobs of the user, kept up to date by events. */

import { computed, signal } from "@preact/signals";
import { ApiError, get } from "../api.js";
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

/** Take a job that the service has answered with. @param {Job} job */
export function noteJob(job) {
  jobs.value = new Map(jobs.value).set(job.id, job);
}

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
