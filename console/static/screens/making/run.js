/** Runs the steps to a video: each starts when the one before is done. */

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api.js";
import { t } from "../../i18n.js";
import { onReachable } from "../../state/connection.js";
import { listExports } from "../../state/exports.js";
import { jobsOf, resumeJob, startJob } from "../../state/jobs.js";
import { useLoad } from "../../state/load.js";
import { demoAbsence, hasDemoFor, reloadProviders } from "../../state/providers.js";
import { toastError } from "../../state/toasts.js";
import { stepsOf } from "./steps.js";

/**
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./steps.js").Part} Part
 * @typedef {import("./steps.js").Refusal} Refusal
 */

/**
 * The key with which a step of a work is ordered: once, from all tabs and after a reload.
 * @param {string} recipe @param {string} work its id @param {string} step
 */
export const orderKey = (recipe, work, step) => `${recipe}-${work}-${step}`;

/**
 * Order the job of a step.
 * @param {string} path of the work in the API
 * @param {any} work
 * @param {Part} part
 * @param {string} [key] that orders it once
 * @returns {Promise<any>} Throws ApiError.
 */
export function orderPart(path, work, { kind, order, providers }, key) {
  return startJob(path, { kind, ...order?.(work) }, { providers: providers?.(work), key });
}

/**
 * @param {{id: string, parts: Part[]}} recipe
 * @param {string} path of the work in the API
 * @param {import("../../documents/document.js").Document} document
 */
export function useMaking(recipe, path, document) {
  const work = document.value.value;
  const jobs = jobsOf(work.id);
  const rendered = jobs.find(({ kind, state }) => kind === "export" && state === "succeeded")?.id;
  const { data: exports, error, reload } = useLoad(() => listExports(path), [path, rendered]);
  const [refusals, setRefusals] = useState(/** @type {Refusal[]} */ ([]));
  const [leftOut, setLeftOut] = useState(/** @type {Set<string>} */ (new Set()));
  const [settled, setSettled] = useState(/** @type {Set<string>} */ (new Set()));
  const steps = stepsOf(recipe.parts, { work, exports: exports ?? [], jobs, refusals, leftOut, settled });
  const current = exports ? steps.find(({ state, job }) => state === "active" && !job) : undefined;

  const start = async (/** @type {Part} */ part, /** @type {string | undefined} */ key) => {
    try {
      await orderPart(path, work, part, key);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      const refusal = { step: part.id, ...(await explain(failure, part.providers?.(work) ?? {})) };
      setRefusals((before) => [...before, refusal]);
    }
  };
  useEffect(() => {
    if (current) start(current.part, orderKey(recipe.id, work.id, current.id));
  }, [current?.id]);
  useEffect(() => onReachable(() => setRefusals([])), []);

  const succeeded = steps.flatMap(({ state, job }) => (state === "active" && job?.state === "succeeded" ? [job.id] : []));
  useEffect(() => {
    if (!succeeded.length) return;
    Promise.all([document.refresh(), reload()]).then(() => setSettled((before) => new Set([...before, ...succeeded])));
  }, [succeeded.join()]);

  const again = async (/** @type {Step} */ step) => {
    if (step.isAbsent) await reloadProviders();
    if (refusals.some((refusal) => refusal.step === step.id)) {
      setRefusals((before) => before.filter((refusal) => refusal.step !== step.id)); // which starts it
    } else if (step.job?.state === "succeeded") await start(step.part, undefined);
    else if (step.job) await resumeJob(step.job).catch(toastError);
  };
  const leaveOut = (/** @type {Step} */ { id }) => setLeftOut((before) => new Set([...before, id]));
  return { steps, leaveOut, exports, error: exports ? null : error, reload, again };
}

/**
 * Why a step did not start.
 * @param {ApiError} error
 * @param {Record<string, string>} providers that it names, by header
 * @returns {Promise<Omit<Refusal, "step">>}
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
