/** A hook for a job of a work that a button starts: its progress, and why it failed. */

import { workApi } from "../urls.js";
import { isActive, jobsOf, resumeJob, startJob } from "./jobs.js";
import { useRequest } from "./request.js";

const OPENED = Date.now();

/**
 * @typedef {import("./jobs.js").Job} Job
 * @typedef {object} WorkJob
 * @property {Job | undefined} job the last one of its kind
 * @property {boolean} isBusy
 * @property {string} reason why it failed
 * @property {(order: () => Promise<any>) => Promise<void>} run saves the work, then orders the job
 * @property {() => Promise<Job>} order starts a job
 * @property {() => Promise<Job>} repeat continues the one that failed
 * @property {boolean} canRepeat whether that may help
 */

/**
 * @param {import("../documents/document.js").Document} work
 * @param {string} kind
 * @param {boolean} isMissing whether the work lacks what the job makes: then failures of earlier
 *   visits are shown as well
 * @param {Record<string, any>} [fields] of the order
 * @returns {WorkJob}
 */
export function useWorkJob(work, kind, isMissing, fields) {
  const request = useRequest();
  const { projectId, id } = work.value.value;
  const job = jobsOf(id).find((each) => each.kind === kind);
  const isBusy = request.busy || Boolean(job && isActive(job));
  const order = () => startJob(workApi(projectId, id), { kind, ...fields });
  return {
    job,
    isBusy,
    reason: isBusy ? "" : (request.error?.text ?? reasonOf(job, isMissing)),
    run: (action) =>
      request.run(async () => {
        await work.flush(); // the job reads the work as it is shown
        await action();
      }),
    order,
    canRepeat: request.error?.mayPass ?? true,
    repeat: () => (job && !request.error ? resumeJob(job) : order()),
  };
}

/** @param {Job | undefined} job @param {boolean} isMissing */
function reasonOf(job, isMissing) {
  const hasFailed = job && ["failed", "interrupted"].includes(job.state);
  return hasFailed && (isMissing || job.updatedAt > OPENED) ? (job.reason ?? "") : "";
}
