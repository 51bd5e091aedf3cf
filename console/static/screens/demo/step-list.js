import { html } from "htm/preact";
import { formatSize, t } from "../../i18n.js";
import { Button } from "../../parts/button.js";
import { Icon } from "../../parts/icon.js";
import { Progress } from "../../parts/progress.js";
import { resumeJob } from "../../state/jobs.js";
import { toastError } from "../../state/toasts.js";
import { clipsOf } from "./steps.js";

const ICONS = { waiting: "clock", active: "loader-circle", done: "check", failed: "circle-alert" };

/**
 * The steps with their states; the current one with its progress.
 * @param {{steps: import("./steps.js").Step[], work: any, exports: any[]}} props
 */
export function StepList({ steps, work, exports }) {
  return html`<ol class="steps">
    ${steps.map(
      (step) =>
        html`<li class=${`step ${step.state}`} aria-current=${step.state === "active" ? "step" : undefined}>
          <span class="step-icon"><${Icon} name=${ICONS[step.state]} class=${step.state === "active" ? "spin" : ""} /></span>
          <div class="step-text">
            <h2>${t(`demo.steps.${step.id}`)}</h2>
            <${Detail} step=${step} work=${work} exports=${exports} />
          </div>
        </li>`,
    )}
  </ol>`;
}

/** @param {{step: import("./steps.js").Step, work: any, exports: any[]}} props */
function Detail({ step, work, exports }) {
  const { id, state, job } = step;
  if (state === "waiting") return html`<p>${t("demo.states.waiting")}</p>`;
  if (state === "failed" && job) {
    return html`<p class="step-reason">${job.reason ?? job.progress.message}</p>
      <${Button} small icon="rotate-ccw" onClick=${() => resumeJob(job).catch(toastError)}>${t("common.tryAgain")}<//>`;
  }
  if (state === "active") {
    return html`<p>${id === "scenes" ? clips(work) : (job?.progress.message ?? t("demo.states.active"))}</p>
      <${Progress} label=${t(`demo.steps.${id}`)} value=${job && id !== "scenario" ? job.progress.percent : null} />`;
  }
  return html`<p>${summary(id, work, exports)}</p>`;
}

/** @param {import("./steps.js").StepId} id @param {any} work @param {any[]} exports */
function summary(id, work, exports) {
  if (id === "scenes") return clips(work);
  if (id === "scenario") {
    const seconds = work.scenes.reduce(
      (/** @type {number} */ sum, /** @type {any} */ scene) => sum + (scene.duration_seconds ?? 0),
      0,
    );
    return t("demo.written", { count: work.scenes.length, seconds: Math.round(seconds) });
  }
  const [{ width, height, size }] = exports;
  return t("demo.exported", { width, height, size: formatSize(size) });
}

/** @param {any} work */
const clips = (work) => t("demo.clips", { done: clipsOf(work), count: work.scenes.length });
