import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { CancelButton, JobIcon, ResumeButton } from "../../../components/job.js";
import { Progress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { isActive, isResumable } from "../../../state/jobs.js";

/** @typedef {import("../../../state/jobs.js").Job} Job */

const STEP = 25; // percent: what is announced

/** A running export, which is scrolled into view when it starts. @param {{job: Job}} props */
export function RunningExport({ job }) {
  const { state, progress } = job;
  const name = nameOf(job);
  const announced = STEP * Math.floor(progress.percent / STEP);
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  useEffect(() => root.current?.scrollIntoView({ block: "nearest" }), []);
  return html`<div ref=${root} class="panel export-job">
    <div class="export-job-head">
      <h3>${name}</h3>
      <span aria-hidden="true">${progress.percent} %</span>
    </div>
    <${Progress} label=${name} value=${state === "queued" ? 0 : progress.percent} />
    <div class="export-job-foot">
      <p>${progress.message}</p>
      <${CancelButton} job=${job} name=${name} />
    </div>
    <span class="visually-hidden" role="status">${t("export.announced", { percent: announced })}</span>
  </div>`;
}

/**
 * The last export if it failed or was cancelled, and nothing has been exported since.
 * @param {{jobs: Job[], newest: import("../../../state/exports.js").Export | undefined}} props
 */
export function LastStopped({ jobs, newest }) {
  const [job] = jobs;
  if (!job || !isResumable(job) || jobs.some(isActive) || job.createdAt < (newest?.createdAt ?? 0)) return null;
  const { state, reason, progress } = job;
  return html`<div class=${`panel export-job ${state}`} role="status">
    <div class="export-stopped">
      <${JobIcon} state=${state} />
      <div>
        <h3>${t(`export.stopped.${state}`, { percent: progress.percent })}</h3>
        ${reason && html`<p class="job-reason" dir="auto">${reason}</p>`}
      </div>
      <${ResumeButton} job=${job} name=${nameOf(job)} />
    </div>
  </div>`;
}

/** @param {Job} job */
function nameOf({ request }) {
  const { width, height, quality } = request.timeline.output;
  return quality === "draft" ? t("export.makingDraft") : t("export.making", { width, height });
}
