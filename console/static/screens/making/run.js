/** Orders the job that makes a video, once, and follows it. */

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api.js";
import { t } from "../../i18n.js";
import { onReachable } from "../../state/connection.js";
import { listVideos } from "../../state/exports.js";
import { cancelJob, isActive, jobsOf, loadWorkJobs, resumeJob, startJob } from "../../state/jobs.js";
import { useLoad } from "../../state/load.js";
import { demoAbsence, hasDemoFor, reloadProviders } from "../../state/providers.js";
import { toastError } from "../../state/toasts.js";
import { pipelinesOf, stepsOf } from "./steps.js";

/**
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./steps.js").Part} Part
 * @typedef {import("./steps.js").Refusal} Refusal
 */

/**
 * Order the steps of a recipe in one job: once, from all tabs and after a reload.
 * @param {string} recipe its id
 * @param {any} work
 * @param {string} path of the work in the API
 * @param {Part[]} parts that are to be done
 * @param {Part[]} [without] that were left out
 * Throws ApiError.
 */
export async function orderSteps(recipe, work, path, parts, without = []) {
  const fields = parts.map(({ order }) => order?.(work) ?? {});
  const body = Object.assign({ kind: "pipeline", steps: kindsOf(parts), metadata: { recipe } }, ...fields);
  const key = [recipe, work.id, ...kindsOf(without)].join("-");
  await startJob(path, body, { providers: providersOf(parts, work), key });
}

/** @param {Part[]} parts */
const kindsOf = (parts) => parts.map(({ kind }) => kind);

/** The headers of an order. @param {Part[]} parts @param {any} work @returns {Record<string, string>} */
const providersOf = (parts, work) => Object.assign({}, ...parts.map(({ providers }) => providers?.(work) ?? {}));

/**
 * @param {{id: string, parts: Part[]}} recipe
 * @param {string} path of the work in the API
 * @param {import("../../documents/document.js").Document} document
 */
export function useMaking(recipe, path, document) {
  const work = document.value.value;
  const pipelines = pipelinesOf(jobsOf(work.id), recipe.id);
  const [job] = pipelines;
  const ended = job && !isActive(job) ? `${job.id} ${job.updatedAt}` : "";
  const { data, error, reload } = useLoad(async () => {
    const [exports] = await Promise.all([listVideos(path), loadWorkJobs(path)]);
    return { exports, after: ended };
  }, [path, ended]);
  const [refusal, setRefusal] = useState(/** @type {Refusal | null} */ (null));
  const exports = data?.exports;
  const steps = stepsOf(recipe.parts, {
    ...{ work, pipelines, refusal },
    ...{ exports: exports ?? [], areExportsCurrent: data?.after === ended && ended !== "" },
  });
  const open = steps.filter(({ state }) => state !== "done").map(({ part }) => part);

  const isToOrder = exports !== undefined && !job && !refusal && open.length > 0;
  useEffect(() => {
    if (isToOrder) orderSteps(recipe.id, work, path, open).catch(refuse);
  }, [isToOrder]);
  const refuse = async (/** @type {unknown} */ failure) => {
    if (!(failure instanceof ApiError)) throw failure;
    setRefusal(await explain(failure, providersOf(open, work)));
  };
  useEffect(() => onReachable(() => setRefusal(null)), []);

  const states = steps.map(({ state }) => state).join();
  useEffect(() => {
    document.refresh(); // what is done is told of the work
  }, [states]);

  const again = async (/** @type {Step} */ step) => {
    if (step.isAbsent) await reloadProviders();
    if (step.job) await resumeJob(step.job).catch(toastError);
    else setRefusal(null); // which orders it
  };
  const leaveOut = (/** @type {Step} */ step) => {
    const left = steps.filter((each) => each !== step && each.state !== "done" && !each.isLeftOut);
    const without = steps.filter((each) => each === step || each.isLeftOut);
    return orderSteps(recipe.id, work, path, partsOf(left), partsOf(without)).catch(toastError);
  };
  const stop = job && isActive(job) ? () => cancelJob(job).catch(toastError) : null;
  return { steps, leaveOut, exports, error: exports ? null : error, reload, again, stop };
}

/** @param {Step[]} steps */
const partsOf = (steps) => steps.map(({ part }) => part);

/**
 * Why the order was not accepted.
 * @param {ApiError} error
 * @param {Record<string, string>} providers that it names, by header
 * @returns {Promise<Refusal>}
 */
async function explain(error, providers) {
  if (error.offline) return { text: t("demo.offline"), isAbsent: false };
  if (error.status === 400) await reloadProviders();
  const isAbsent = Object.entries(providers).some(([header, id]) => id === "demo" && hasDemoFor(roleOf(header)) === false);
  if (!isAbsent) return { text: error.text, isAbsent };
  return { text: t(`demo.absent.${demoAbsence.value}`), isAbsent };
}

/** The role that a header chooses the provider of. @param {string} header */
const roleOf = (header) => /** @type {import("../../state/providers.js").Role} */ (header.split("-")[1]);
