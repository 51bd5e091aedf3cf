import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../../components/button.js";
import { PaidReason } from "../../../components/paid-button.js";
import { Progress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { cancelJob, isActive } from "../../../state/jobs.js";
import { toast, toastError } from "../../../state/toasts.js";
import { useWorkJob } from "../../../state/work-job.js";

/** @typedef {import("../../../documents/document.js").Document} Document */

/** @type {import("../../../state/providers.js").Role[]} */
const VISION = ["vision"];

/**
 * Have the stored reference video analysed; the service puts the result into the work.
 * @param {Document} work
 */
export function useAnalysis(work) {
  const { job, isBusy, reason, run, order, repeat, canRepeat } = useWorkJob(work, "analysis", !work.value.value.analysis);
  const started = useRef("");
  const remember = async (/** @type {typeof order} */ action) => {
    started.current = (await action()).id;
  };
  useEffect(() => {
    if (job?.state !== "succeeded" || job.id !== started.current) return;
    started.current = "";
    toast(t("brief.reference.done"));
  }, [job?.state, job?.id]);
  return { job, isBusy, reason, start: () => run(() => remember(order)), again: canRepeat ? () => run(() => remember(repeat)) : undefined };
}

/**
 * The analysis, or its progress.
 * @param {{work: Document, analysis: ReturnType<typeof useAnalysis>}} props
 */
export function Analysis({ work, analysis }) {
  const { job, isBusy, reason, again } = analysis;
  const found = work.value.value.analysis;
  if (isBusy) {
    const label = t("brief.reference.analyzing");
    return html`<div class="making" role="status">
        <span>${label}</span>
        <${Progress} label=${label} />
        ${job && isActive(job) && html`<${Button} small onClick=${() => cancelJob(job).catch(toastError)}>${t("common.cancel")}<//>`}
      </div>
      <p class="hint">${t("brief.reference.waits")}</p>`;
  }
  return html`${reason && html`<${PaidReason} roles=${VISION} text=${reason} onAgain=${again} />`}
  ${found && html`<${Result} analysis=${found} onRemove=${() => remove(work)} />`}`;
}

/** @param {Document} work */
function remove(work) {
  const { analysis } = work.value.value;
  work.edit({ analysis: null });
  const run = () => work.edit({ analysis });
  toast(t("brief.analysis.removed"), { action: { label: t("scenes.undo"), run } });
}

/** @param {{analysis: any, onRemove: () => void}} props */
function Result({ analysis, onRemove }) {
  return html`<details class="analysis" open>
    <summary>
      <h3>${t("brief.analysis.title")}</h3>
      <span class="quiet">${t("brief.analysis.scenes", { count: analysis.scenes.length })}</span>
    </summary>
    <dl>
      <dt>${t("brief.analysis.tone")}</dt>
      <dd dir="auto">${analysis.overall_tone}</dd>
      <dt>${t("brief.analysis.tempo")}</dt>
      <dd dir="auto">${analysis.tempo}</dd>
      <dt>${t("brief.analysis.colors")}</dt>
      <dd class="swatches">${analysis.color_palette.map((/** @type {string} */ color) => html`<${Swatch} color=${color} />`)}</dd>
      <dt>${t("brief.analysis.texts")}</dt>
      <dd>${t(analysis.has_text_overlay ? "brief.analysis.yes" : "brief.analysis.no")}</dd>
    </dl>
    <ol class="shots">
      ${analysis.scenes.map(
        (/** @type {any} */ shot) =>
          html`<li><span class="quiet">${shot.duration_seconds} s</span> <bdi>${shot.description}</bdi></li>`,
      )}
    </ol>
    <${Button} small kind="quiet" icon="trash-2" onClick=${onRemove}>${t("brief.analysis.remove")}<//>
  </details>`;
}

/** A colour, or the word that the model uses for it. @param {{color: string}} props */
function Swatch({ color }) {
  const isColor = /^#[0-9a-f]{3,8}$/i.test(color);
  return html`<span class="swatch" dir="auto">${isColor && html`<span style=${{ background: color }}></span>`}${color}</span>`;
}
