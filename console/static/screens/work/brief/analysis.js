import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../../api.js";
import { t } from "../../../i18n.js";
import { Button } from "../../../parts/button.js";
import { Progress } from "../../../parts/progress.js";
import { Reason } from "../../../parts/reason.js";
import { requestHeaders } from "../../../state/choices.js";
import { toast } from "../../../state/toasts.js";
import { useUpload } from "../../../state/upload.js";

/** @typedef {import("../../../state/document.js").Document} Document */

/**
 * Have the reference video analysed; the result becomes part of the work.
 * @param {Document} work
 * @param {string} path of the video in the API
 */
export function useAnalysis(work, path) {
  const [reading, setReading] = useState(false);
  const [readError, setReadError] = useState(/** @type {ApiError | null} */ (null));
  const upload = useUpload();
  const start = async () => {
    setReading(true);
    setReadError(null);
    try {
      await work.flush();
      const form = await formFor(work.value.value, path);
      const analysis = await upload.start("POST", "/api/analyze", form, "", await requestHeaders(["vision"]));
      if (!analysis) return;
      work.edit({ analysis });
      toast(t("brief.reference.done"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setReadError(error);
    } finally {
      setReading(false);
    }
  };
  const isSent = upload.running !== null && upload.running.part === 1;
  return { isBusy: reading, isSent, error: readError ?? upload.error, start, cancel: upload.cancel };
}

/** The endpoint takes the video itself. Throws ApiError. @param {any} work @param {string} path */
async function formFor({ mode, analyzerPrompt }, path) {
  const response = await fetch(path); // with the cookie for media
  if (!response.ok) throw new ApiError(response.status, await response.json());
  const form = new FormData();
  form.append("mode", mode);
  if (analyzerPrompt) form.append("analyzerPrompt", analyzerPrompt);
  form.append("video", await response.blob(), "reference");
  return form;
}

/**
 * The analysis, or how far it is.
 * @param {{work: Document, analysis: ReturnType<typeof useAnalysis>}} props
 */
export function Analysis({ work, analysis }) {
  const { isBusy, isSent, error, start, cancel } = analysis;
  const found = work.value.value.analysis;
  if (isBusy) {
    const label = t(isSent ? "brief.reference.analyzing" : "brief.reference.sending");
    return html`<div class="making" role="status">
        <span>${label}</span>
        <${Progress} label=${label} />
        <${Button} small onClick=${cancel}>${t("common.cancel")}<//>
      </div>
      <p class="hint">${t("brief.reference.waits")}</p>`;
  }
  return html`${error && html`<${Reason} text=${error.text} onAgain=${start} />`}
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

/** A colour, or the word that the model has found for it. @param {{color: string}} props */
function Swatch({ color }) {
  const isColor = /^#[0-9a-f]{3,8}$/i.test(color);
  return html`<span class="swatch" dir="auto">${isColor && html`<span style=${{ background: color }}></span>`}${color}</span>`;
}
