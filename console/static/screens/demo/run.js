/** Runs a demo: each step starts when the one before is done. */

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api.js";
import { t } from "../../i18n.js";
import { onReachable } from "../../state/connection.js";
import { listExports } from "../../state/exports.js";
import { jobsOf, resumeJob, startJob } from "../../state/jobs.js";
import { useLoad } from "../../state/load.js";
import { DEMO, demoAbsence, hasDemo, reloadProviders } from "../../state/providers.js";
import { toastError } from "../../state/toasts.js";
import { stepsOf } from "./steps.js";

/**
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("./steps.js").Refusal} Refusal
 */

/**
 * @param {string} path of the work in the API
 * @param {import("../../documents/document.js").Document} document
 */
export function useDemo(path, document) {
  const work = document.value.value;
  const jobs = jobsOf(work.id);
  const rendered = jobs.find(({ kind, state }) => kind === "export" && state === "succeeded")?.id;
  const { data: exports, error, reload } = useLoad(() => listExports(path), [path, rendered]);
  const [refusal, setRefusal] = useState(/** @type {Refusal | null} */ (null));
  const [settled, setSettled] = useState("");
  const steps = stepsOf({ work, exports: exports ?? [], jobs, refusal, settled });
  const current = exports ? steps.find(({ state }) => state === "active") : undefined;

  const start = async (/** @type {string} */ step, /** @type {string | undefined} */ key) => {
    try {
      await startJob(path, { kind: step }, { providers: DEMO, key });
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setRefusal({ step, ...(await explain(failure)) });
    }
  };
  useEffect(() => {
    // The key is the same in all tabs, and after a reload.
    if (current) start(current.id, `demo-${work.id}-${current.id}`);
  }, [current?.id]);
  useEffect(() => onReachable(() => setRefusal(null)), []);

  const succeeded = current?.job?.state === "succeeded" ? current.job.id : "";
  useEffect(() => {
    if (succeeded) Promise.all([document.refresh(), reload()]).then(() => setSettled(succeeded));
  }, [succeeded]);

  const again = async (/** @type {Step} */ step) => {
    if (refusal?.isAbsent) await reloadProviders();
    if (refusal) setRefusal(null);
    else if (step.job?.state === "succeeded") await start(step.id, undefined);
    else if (step.job) await resumeJob(step.job).catch(toastError);
  };
  return { steps, exports, error: exports ? null : error, reload, again };
}

/** Why a step did not start. @param {ApiError} error @returns {Promise<Omit<Refusal, "step">>} */
async function explain(error) {
  if (error.offline) return { text: t("demo.offline"), isAbsent: false };
  if (error.status === 400) await reloadProviders();
  if (hasDemo.value !== false) return { text: error.text, isAbsent: false };
  return { text: t(`demo.absent.${demoAbsence.value}`), isAbsent: true };
}
