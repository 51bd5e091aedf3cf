import { html } from "htm/preact";
import { Button, Icon } from "../../components/button.js";
import { Progress } from "../../components/progress.js";
import { formatSize, t } from "../../i18n.js";
import { useRequest } from "../../state/request.js";
import { workPage } from "../../urls.js";
import { clipsOf } from "./steps.js";

const ICONS = { waiting: "clock", active: "loader-circle", done: "check", failed: "circle-alert" };

/** @typedef {import("./steps.js").Step} Step */

/**
 * The steps with their states; the current one with its progress.
 * @param {{steps: Step[], work: any, exports: any[], onAgain: (step: Step) => Promise<void>}} props
 */
export function StepList({ steps, work, exports, onAgain }) {
  return html`<ol class="steps">
    ${steps.map(
      (step) =>
        html`<li class=${`step ${step.state}`} aria-current=${step.state === "active" ? "step" : undefined}>
          <span class="step-icon"><${Icon} name=${ICONS[step.state]} class=${step.state === "active" ? "spin" : ""} /></span>
          <div class="step-text">
            <h2>${t(`demo.steps.${step.id}`)}</h2>
            ${step.state === "failed"
              ? html`<${Failed} step=${step} work=${work} onAgain=${onAgain} />`
              : html`<${Detail} step=${step} work=${work} exports=${exports} />`}
          </div>
        </li>`,
    )}
  </ol>`;
}

/**
 * Why a step failed, and what can be done.
 * @param {{step: Step, work: any, onAgain: (step: Step) => Promise<void>}} props
 */
function Failed({ step, work, onAgain }) {
  const { busy, run } = useRequest();
  const { projectId, id } = work;
  return html`<p class="step-reason" role="alert" dir="auto">${step.reason}</p>
    <div class="step-actions">
      <${Button} small icon="rotate-ccw" busy=${busy} onClick=${() => run(() => onAgain(step))}>${t("common.tryAgain")}<//>
      <a class="button plain small" href=${workPage(projectId, id, "scenes")}>${t("demo.openWork")}</a>
      ${step.isAbsent && html`<a class="button plain small" href="/settings/providers">${t("demo.keys")}</a>`}
    </div>`;
}

/** @param {{step: Step, work: any, exports: any[]}} props */
function Detail({ step, work, exports }) {
  const { id, state, job } = step;
  if (state === "waiting") return html`<p>${t("demo.states.waiting")}</p>`;
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
