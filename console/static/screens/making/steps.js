/**
 * The steps to a finished video: those of the jobs that do them, and what the work tells of the steps that
 * no job has done.
 */

import { html } from "htm/preact";
import { Button, Icon } from "../../components/button.js";
import { Progress as ProgressBar } from "../../components/progress.js";
import { formatSize, t } from "../../i18n.js";
import { isActive } from "../../state/jobs.js";
import { useRequest } from "../../state/request.js";
import { workPage } from "../../urls.js";

const ICONS = { waiting: "clock", active: "loader-circle", done: "check", failed: "circle-alert" };

/**
 * The steps with their states; the current one with its progress.
 * @param {{steps: Step[], work: any, exports: any[], onAgain: (step: Step) => Promise<void>,
 *   onLeaveOut: (step: Step) => Promise<void>, onStop: (() => Promise<void>) | null}} props
 */
export function StepList({ steps, work, exports, onAgain, onLeaveOut, onStop }) {
  return html`<ol class="steps">
    ${steps.map(
      (step) =>
        html`<li class=${`step ${step.state}`} aria-current=${step.state === "active" ? "step" : undefined}>
          <span class="step-icon"><${Icon} name=${ICONS[step.state]} class=${step.state === "active" ? "spin" : ""} /></span>
          <div class="step-text">
            <h2>${t(step.part.title)}</h2>
            ${step.state === "failed"
              ? html`<${Failed} ...${{ step, work, onAgain, onLeaveOut }} />`
              : html`<${Detail} ...${{ step, work, exports, onStop }} />`}
          </div>
        </li>`,
    )}
  </ol>`;
}

/**
 * Why a step failed, and what can be done.
 * @param {{step: Step, work: any, onAgain: (step: Step) => Promise<void>, onLeaveOut: (step: Step) => Promise<void>}} props
 */
function Failed({ step, work, onAgain, onLeaveOut }) {
  const { busy, run } = useRequest();
  const { projectId, id } = work;
  return html`<p class="step-reason" role="alert" dir="auto">${step.reason}</p>
    <div class="step-actions">
      <${Button} small icon="rotate-ccw" busy=${busy} onClick=${() => run(() => onAgain(step))}>${t("common.tryAgain")}<//>
      ${step.part.isOptional && !step.isLeftOut && html`<${Button} small disabled=${busy} onClick=${() => run(() => onLeaveOut(step))}>${t("film.leaveOut")}<//>`}
      <a class="button plain small" href=${workPage(projectId, id, "scenes")}>${t("demo.openWork")}</a>
      ${step.isAbsent && html`<a class="button plain small" href="/settings/providers">${t("demo.keys")}</a>`}
    </div>`;
}

/** @param {{step: Step, work: any, exports: any[], onStop: (() => Promise<void>) | null}} props */
function Detail({ step, work, exports, onStop }) {
  const { busy, run } = useRequest();
  const { part, state, job, message, percent } = step;
  if (state === "waiting") return html`<p>${t("demo.states.waiting")}</p>`;
  if (state === "done") return html`<p>${part.summary(work, exports)}</p>`;
  return html`<p>${part.detail?.(work) ?? (message || t("demo.states.active"))}</p>
    <${ProgressBar} label=${t(part.title)} value=${job && part.hasPercent ? percent : null} />
    ${onStop &&
    html`<div class="step-actions">
      <${Button} small icon="x" busy=${busy || job?.cancelRequested} onClick=${() => run(onStop)}>${t("demo.stop")}<//>
    </div>`}`;
}

/** What is told of the exported video. @param {any} work @param {any[]} exports */
export function exported(work, [{ width, height, size }]) {
  return t("demo.exported", { width, height, size: formatSize(size) });
}

/**
 * @typedef {import("../../state/jobs.js").Job} Job
 * @typedef {object} Part a step of a recipe
 * @property {string} kind of the job that does it, and the name of its step
 * @property {string} title the name of a text
 * @property {boolean} [isOptional] if it fails, it can be left out
 * @property {(work: any) => boolean} [isNeeded] whether this work has it, if no job has
 * @property {(work: any, exports: any[]) => boolean} isDone
 * @property {(work: any) => Record<string, any>} [order] its fields of the order
 * @property {(work: any) => Record<string, string>} [providers] headers, such as `x-image-provider`
 * @property {(work: any, exports: any[]) => string} summary of what is done
 * @property {(work: any) => string} [detail] while it is done, instead of the job's message
 * @property {boolean} [hasPercent] whether its job knows how far it is
 *
 * @typedef {{part: Part, state: "waiting" | "active" | "done" | "failed", job: Job | undefined, message: string,
 *   percent: number, reason: string, isAbsent: boolean, isLeftOut: boolean}} Step
 *   `reason` is why it failed; `isAbsent`: because the demo is not there for this user; `isLeftOut`: the
 *   others go on without it
 * @typedef {{text: string, isAbsent: boolean}} Refusal why the service did not accept the order
 * @typedef {object} Progress
 * @property {any} work
 * @property {any[]} exports of the work
 * @property {boolean} areExportsCurrent whether they were read after the last job had ended
 * @property {Job[]} pipelines the jobs that do steps of the work, newest first
 * @property {Refusal | null} refusal
 */

/** @type {Record<string, Step["state"]>} */
const STATES = { planned: "waiting", running: "active", succeeded: "done", skipped: "done" };

/** The jobs of a work that follow a recipe, among all of its jobs. @param {Job[]} jobs @param {string} recipe its id */
export const pipelinesOf = (jobs, recipe) => jobs.filter(({ kind, metadata }) => kind === "pipeline" && metadata?.recipe === recipe);

/** The step of a job that does a part. @param {Job} job @param {Part} part */
const stepIn = (job, { kind }) => job.steps.find((/** @type {any} */ { name }) => name === kind);

/**
 * The steps of a work; each is that of the newest job that has it.
 * @param {Part[]} parts
 * @param {Progress} progress
 * @returns {Step[]}
 */
export function stepsOf(parts, progress) {
  const { pipelines, refusal } = progress;
  const steps = parts.filter((part) => isShown(part, progress)).map((part) => stepOf(part, progress));
  const next = steps.find(({ state, isLeftOut }) => state !== "done" && !isLeftOut);
  if (next?.state === "waiting") Object.assign(next, beginning(pipelines[0], refusal));
  return steps;
}

/** @param {Part} part @param {Progress} progress */
function isShown(part, { work, exports, pipelines }) {
  if (pipelines.some((job) => stepIn(job, part))) return true;
  return (part.isNeeded?.(work) ?? true) && (!pipelines.length || part.isDone(work, exports));
}

/**
 * What the first step that waits shows: its job is about to begin it, or has stopped before.
 * @param {Job | undefined} job
 * @param {Refusal | null} refusal
 * @returns {Partial<Step>}
 */
function beginning(job, refusal) {
  if (job) return isActive(job) ? { state: "active" } : { state: "failed", reason: whyStopped(job) };
  return refusal ? { state: "failed", reason: refusal.text, isAbsent: refusal.isAbsent } : {};
}

/** @param {Job} job */
const whyStopped = (job) => job.reason || t(`jobs.states.${job.state}`);

/** @param {Part} part @param {Progress} progress @returns {Step} */
function stepOf(part, { work, exports, areExportsCurrent, pipelines }) {
  const job = pipelines.find((each) => stepIn(each, part));
  const step = { part, job, message: "", percent: 0, reason: "", isAbsent: false, isLeftOut: false };
  const isDone = part.isDone(work, exports);
  if (!job) return { ...step, state: isDone ? "done" : "waiting" };
  const { state: given, message, percent, error } = stepIn(job, part);
  const known = STATES[given] ?? "failed";
  const isLeftOut = job !== pipelines[0] && known !== "done";
  const hasStopped = isLeftOut || (known === "active" && !isActive(job));
  const state = hasStopped ? "failed" : known;
  if (part.kind === "export" && state === "done" && !isDone) return { ...step, ...missing(areExportsCurrent) };
  return { ...step, state, message, percent, reason: error || (hasStopped ? whyStopped(job) : ""), isLeftOut };
}

/**
 * What the last step shows if there is no export: it is still to be read, or was deleted.
 * @param {boolean} areExportsCurrent
 * @returns {Partial<Step> & {state: Step["state"]}}
 */
const missing = (areExportsCurrent) => (areExportsCurrent ? { state: "failed", reason: t("demo.incomplete") } : { state: "active" });

/** Scenes that have their clip. @param {any} work */
export const clipsOf = (work) =>
  work.generatedScenes.filter((/** @type {any} */ scene) => scene.videoUrl).length;
