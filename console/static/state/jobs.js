/** The jobs of the user, kept up to date by events. */

import { computed, signal } from "@preact/signals";
import { ApiError, get, post } from "../api.js";
import { below } from "../base.js";
import { isEnglish, loadWords, wordsOfCode } from "../errors.js";
import { workApi } from "../urls.js";
import { keyHeaders, requestHeaders } from "./choices.js";
import { on } from "./events.js";
import { user } from "./session.js";

/**
 * @typedef {import("./providers.js").Role} Role
 * @typedef {{done: number, total: number, percent: number, message: string}} JobProgress
 * @typedef {{id: string, kind: string, state: string, projectId: string | null,
 *   workId: string | null, reason: string | null, code: string | null, progress: JobProgress, result: any,
 *   calls: any[], createdAt: number, updatedAt: number, [field: string]: any}} Job
 * The known jobs by their ids: recent ones, and all that have changed since.
 * @type {import("@preact/signals").Signal<Map<string, Job>>}
 */
export const jobs = signal(new Map());

/** The roles of the models that each kind of job of a work calls. @type {Record<string, Role[]>} */
const ROLES = {
  analysis: ["vision"],
  scenario: ["llm"],
  scene: ["image", "video"],
  scenes: ["image", "video"],
  narration: ["speech"],
  music: ["music"],
  sound: ["sound"],
  captions: ["transcription"],
  transcript: ["transcription"],
  export: [],
  pipeline: [], // those of its steps
};
const ACTIVE = new Set(["queued", "running", "waiting"]);
const RESUMABLE = new Set(["failed", "interrupted", "cancelled"]);
const AT_PROVIDER = new Set(["submitting", "submitted"]);
const CANCELLED_AT_ONCE = 4; // browsers allow six connections to a host

/** Whether a job has not ended. @param {Job} job */
export const isActive = (job) => ACTIVE.has(job.state);

/** Whether a job can be resumed. @param {Job} job */
export const isResumable = (job) => RESUMABLE.has(job.state);

/** Whether a job waits, without a call that a provider is working on. @param {Job} job */
export const isPending = ({ state, calls, cancelRequested }) =>
  !cancelRequested &&
  (state === "queued" || (state === "waiting" && !calls.some((call) => AT_PROVIDER.has(call.state))));

/** Newest first. */
export const activeJobs = computed(() =>
  [...jobs.value.values()].filter(isActive).sort((a, b) => b.createdAt - a.createdAt),
);

/** Whether the user has started a job. @param {Job} job */
export const isOwn = (job) => job.userId === user.value?.id;

/** The jobs of a work, newest first. @param {string} work its id */
export const jobsOf = (work) =>
  [...jobs.value.values()]
    .filter(({ workId }) => workId === work)
    .sort((a, b) => b.createdAt - a.createdAt);

/**
 * A job with sentences in the language of the page: those of the service are English, and more exact.
 * @param {Job} job
 * @returns {Job}
 */
function inLanguage(job) {
  if (isEnglish) return job;
  const { done, total } = job.progress ?? {};
  const why = wordsOfCode(job.state === "interrupted" ? job.state : job.code);
  return {
    ...job,
    reason: job.reason && why,
    progress: { ...job.progress, message: (total ?? 0) > 1 ? `${done} / ${total}` : "" },
    calls: job.calls.map((call) => ({ ...call, error: call.error && why })),
    steps: job.steps?.map((/** @type {any} */ step) => ({ ...step, message: "", error: step.error && why })),
  };
}

/** Store a job that the service has returned. @param {Job} job */
const storeJob = (job) => storeJobs([job]);

/** Store jobs that the service has returned. @param {Job[]} answered */
export function storeJobs(answered) {
  const known = new Map(jobs.value);
  for (const job of answered) {
    const before = known.get(job.id);
    if (before && before.updatedAt > job.updatedAt) continue;
    known.set(job.id, { ...(before ?? namesOf(job)), ...inLanguage(job) });
  }
  jobs.value = known;
}

/**
 * The names of a job's project and work, and of who started it, which only lists contain. A work that a
 * job is still to make has none yet.
 * @param {Job} job
 */
function namesOf({ workId, userId }) {
  const known = [...jobs.value.values()];
  const ofWork = known.find((job) => workId && job.workId === workId && job.workName);
  const ofUser = known.find((job) => job.userId === userId && job.userName);
  return {
    ...(ofWork && { projectName: ofWork.projectName, workName: ofWork.workName }),
    ...(ofUser && { userName: ofUser.userName }),
  };
}

/**
 * Start a job of a work, with the chosen providers and the keys of this session. The same `key`
 * starts it once, also from several tabs.
 * @param {string} work its path in the API
 * @param {Record<string, any>} body `{kind, sceneIndex?, sceneIndexes?, options?, steps?}`
 * @param {{providers?: Record<string, string>, key?: string}} [options]
 *   `providers` are headers, such as `x-image-provider`, instead of what is chosen in the settings
 * @returns {Promise<Job>} Throws ApiError.
 */
export async function startJob(work, body, { providers = {}, key } = {}) {
  const kinds = [body.kind, ...(body.steps ?? [])];
  const headers = await requestHeaders(kinds.flatMap((kind) => ROLES[kind]), providers);
  if (key) headers["Idempotency-Key"] = key;
  const { data } = await post(`${work}/jobs`, body, { headers });
  storeJob(data);
  return data;
}

/**
 * Resume a job that failed, was interrupted or cancelled; finished parts are kept.
 * @param {Job} job
 * @param {Record<string, string>} [keys] of providers, as headers such as `x-image-api-key`
 * @returns {Promise<Job>} Throws ApiError.
 */
export async function resumeJob(job, keys = {}) {
  const headers = { ...keyHeaders(callsOf(job)), ...keys };
  const { data } = await post(`${jobApi(job)}/resume`, undefined, { headers });
  storeJob(data);
  return data;
}

/**
 * Cancel a job; finished parts are kept.
 * @param {Job} job
 * @returns {Promise<void>} Throws ApiError.
 */
export async function cancelJob(job) {
  storeJob((await post(`${jobApi(job)}/cancel`)).data);
}

/**
 * Cancel jobs, a few at a time; those that have ended meanwhile are skipped.
 * @param {Job[]} selected
 * Throws ApiError.
 */
export async function cancelJobs(selected) {
  const remaining = [...selected];
  const work = async () => {
    for (let job = remaining.shift(); job; job = remaining.shift()) {
      try {
        await cancelJob(job);
      } catch (error) {
        if (!(error instanceof ApiError) || ![404, 409].includes(error.status)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CANCELLED_AT_ONCE }, work));
}

/**
 * Remove all jobs that ended in these states from the list of jobs; their results are kept.
 * @param {string[]} states
 * @returns {Promise<number>} how many. Throws ApiError.
 */
export async function clearJobs(states) {
  let count = 0;
  let answer;
  do {
    answer = (await post("/api/jobs/clear", { states })).data;
    count += answer.cleared;
  } while (answer.remaining && answer.cleared);
  const clearedAt = Date.now();
  const cleared = [...jobs.value.values()].filter((job) => isOwn(job) && states.includes(job.state));
  storeJobs(cleared.map((job) => ({ ...job, clearedAt })));
  return count;
}

/** @returns {Promise<Job[]>} all jobs of the user that wait, also those that are not loaded. Throws ApiError. */
export async function readPendingJobs() {
  /** @type {string | null} */
  let path = "/api/jobs?all=1&mine=1&limit=200&state=queued,waiting";
  /** @type {Job[]} */
  const found = [];
  while (path) {
    const answer = await get(path);
    found.push(...answer.data);
    path = nextPage(answer.headers);
  }
  storeJobs(found);
  return found.filter(isPending);
}

/**
 * The path of a list's next page, if there is one. The service says its address below `PUBLIC_URL`,
 * which need not be the host that this page is from.
 * @param {Headers} headers
 */
export function nextPage(headers) {
  const next = /^<([^>]*)>; rel="next"/.exec(headers.get("Link") ?? "")?.[1];
  if (!next) return null;
  const { pathname, search } = new URL(next, location.href);
  return below(pathname) + search;
}

/**
 * The calls of a job; of one that makes a video, one of each role that the jobs of its steps call.
 * @param {Job} job
 * @returns {any[]}
 */
export function callsOf({ kind, calls, request }) {
  if (kind !== "pipeline") return calls;
  /** @type {[string, any][]} */
  const chosen = Object.entries(request.providers);
  return chosen.map(([role, { provider, model }]) => ({ id: role, role, provider, model, state: "planned" }));
}

/** The path of a job in the API; one that makes its work itself is the user's. @param {Job} job */
export const jobApi = ({ kind, projectId, workId, id, request }) =>
  projectId && workId && !(kind === "pipeline" && request.brief) ? `${workApi(projectId, workId)}/jobs/${id}` : `/api/jobs/${id}`;

/** @param {string} path @returns {Promise<Job[]>} */
async function read(path) {
  const [{ data }] = await Promise.all([get(path), loadWords()]);
  return data;
}

/** Read the recent jobs. Failures are ignored until the next call. */
export async function loadJobs() {
  try {
    storeJobs(await read("/api/jobs?all=1"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Read the recent jobs of a work. @param {string} work its path in the API Throws ApiError. */
export async function loadWorkJobs(work) {
  storeJobs(await read(`${work}/jobs`));
}

/** @param {{workId: string, deleted?: boolean}} event */
function dropJobsOfDeleted({ workId, deleted }) {
  if (!deleted) return;
  jobs.value = new Map([...jobs.value].filter(([, job]) => job.workId !== workId));
}

on("job", storeJob);
on("work", dropJobsOfDeleted);
on("reset", loadJobs);
user.subscribe((someone) => {
  if (someone) loadJobs();
  else jobs.value = new Map();
});
