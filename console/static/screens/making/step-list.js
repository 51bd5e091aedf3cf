import { html } from "htm/preact";
import { Button, Icon } from "../../components/button.js";
import { Progress } from "../../components/progress.js";
import { formatSize, t } from "../../i18n.js";
import { useRequest } from "../../state/request.js";
import { workPage } from "../../urls.js";

const ICONS = { waiting: "clock", active: "loader-circle", done: "check", failed: "circle-alert" };

/** @typedef {import("./steps.js").Step} Step */

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
    <${Progress} label=${t(part.title)} value=${job && part.hasPercent ? percent : null} />
    ${onStop &&
    html`<div class="step-actions">
      <${Button} small icon="x" busy=${busy || job?.cancelRequested} onClick=${() => run(onStop)}>${t("demo.stop")}<//>
    </div>`}`;
}

/** What is told of the exported video. @param {any} work @param {any[]} exports */
export function exported(work, [{ width, height, size }]) {
  return t("demo.exported", { width, height, size: formatSize(size) });
}
