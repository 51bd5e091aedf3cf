import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";
import { cancelJob, resumeJob } from "../state/jobs.js";
import { toastError } from "../state/toasts.js";
import { Button } from "./button.js";
import { ResumeDialog, vendorsOf } from "./resume-dialog.js";

/** @typedef {import("../state/jobs.js").Job} Job */

/**
 * Stops a job that goes on.
 * @param {{job: Job, name: string}} props `name` says which job, to screen readers
 */
export function CancelButton({ job, name }) {
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    await cancelJob(job).catch(toastError);
    setBusy(false);
  };
  const ending = job.cancelRequested;
  return html`<${Button} small icon="x" busy=${busy || ending} onClick=${cancel}>
    ${t(ending ? "jobs.cancelling" : "common.cancel")}<span class="visually-hidden">: ${name}</span>
  <//>`;
}

/**
 * Continues a job that has stopped, and asks for a key if the service has none.
 * @param {{job: Job, name: string}} props as for CancelButton
 */
export function ResumeButton({ job, name }) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {ApiError | null} */ (null));
  const resume = async () => {
    setBusy(true);
    try {
      await resumeJob(job);
    } catch (error) {
      const mayNeedKey = error instanceof ApiError && error.status === 400 && vendorsOf(job).length > 0;
      if (mayNeedKey) setRefusal(error);
      else toastError(error);
    }
    setBusy(false);
  };
  return html`<${Button} small icon="rotate-ccw" busy=${busy} onClick=${resume}>
      ${t("jobs.resume")}<span class="visually-hidden">: ${name}</span>
    <//>
    ${refusal && html`<${ResumeDialog} job=${job} refusal=${refusal} onClose=${() => setRefusal(null)} />`}`;
}
