import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError, upload } from "../../../api.js";
import { t } from "../../../i18n.js";
import { Button } from "../../../parts/button.js";
import { ErrorNotice } from "../../../parts/error-notice.js";
import { requestHeaders } from "../../../state/choices.js";

/**
 * What a model sees in the reference video, for the scenario.
 * @param {{work: import("../../../state/document.js").Document, src: string}} props
 */
export function Analysis({ work, src }) {
  const { analysis, mode, analyzerPrompt } = work.value.value;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const analyse = async () => {
    setBusy(true);
    setError(null);
    try {
      const form = new FormData();
      form.set("video", await (await fetch(src)).blob(), "reference");
      form.set("mode", mode);
      if (analyzerPrompt) form.set("analyzerPrompt", analyzerPrompt);
      const headers = await requestHeaders(["vision"]);
      work.edit({ analysis: await upload("POST", "/api/analyze", form, { headers }) });
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return html`<div class="stack">
    ${analysis && html`<${Result} analysis=${analysis} />`} ${error && html`<${ErrorNotice} error=${error} />`}
    <div class="actions">
      <${Button} icon="sparkles" busy=${busy} onClick=${analyse}>
        ${t(busy ? "analysis.busy" : analysis ? "analysis.again" : "analysis.start")}
      <//>
    </div>
  </div>`;
}

/** @param {{analysis: any}} props */
function Result({ analysis }) {
  const { overall_tone: tone, tempo, color_palette: colors, scenes } = analysis;
  return html`<dl class="facts">
      <dt>${t("analysis.tone")}</dt>
      <dd>${tone}</dd>
      <dt>${t("analysis.tempo")}</dt>
      <dd>${tempo}</dd>
      <dt>${t("analysis.colors")}</dt>
      <dd class="swatches">
        ${colors.map(
          (/** @type {string} */ color) =>
            html`<span class="swatch"><span style=${{ background: color }}></span>${color}</span>`,
        )}
      </dd>
    </dl>
    <details class="details">
      <summary>${t("analysis.scenes", { count: scenes.length })}</summary>
      <ol class="analysed">
        ${scenes.map(
          (/** @type {any} */ scene) =>
            html`<li><strong>${scene.duration_seconds} s</strong> ${scene.description}</li>`,
        )}
      </ol>
    </details>`;
}
