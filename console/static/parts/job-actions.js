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
  const label = t(ending ? "jobs.cancelling" : "common.cancel");
  return html`<${Button} small icon="x" busy=${busy || ending} aria-label=${`${label}: ${name}`} onClick=${cancel}>
    ${label}
  <//>`;
}

/**
 * Continues a job that has stopped, and asks for a key if the service has none.
 * @param {{job: Job, name: string}} props as for CancelButton
 */
export function ResumeButton({ job, name }) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const resume = async () => {
    setBusy(true);
    try {
      await resumeJob(job);
    } catch (error) {
      const mayNeedKey = error instanceof ApiError && error.status === 400 && vendorsOf(job).length > 0;
      if (mayNeedKey) setAsking(true);
      else toastError(error);
    }
    setBusy(false);
  };
  const label = t("jobs.resume");
  return html`<${Button} small icon="rotate-ccw" busy=${busy} aria-label=${`${label}: ${name}`} data-no-refocus onClick=${resume}>
      ${label}
    <//>
    ${asking && html`<${ResumeDialog} job=${job} onClose=${() => setAsking(false)} />`}`;
}
