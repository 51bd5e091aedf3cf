import { html } from "htm/preact";
import { useReadOnly } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { Notice } from "../../../components/notice.js";
import { PaidButton } from "../../../components/paid-button.js";
import { Progress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { providerOf } from "../../../state/choices.js";
import { cancelJob } from "../../../state/jobs.js";
import { useRequest } from "../../../state/request.js";
import { TAKES, lastSeries, makeTakes } from "../../../state/take-series.js";
import { toastError } from "../../../state/toasts.js";
import { MADE, directAsset, pathOf } from "./actions.js";

/**
 * Makes more pictures or clips of a scene with the same prompt, and says who is called and paid.
 * @param {{work: import("../../../documents/document.js").Document, index: number,
 *   kind: "image" | "video", isBusy: boolean}} props `isBusy`: a job makes the scene
 */
export function MoreTakes({ work, index, kind, isBusy }) {
  const isReadOnly = useReadOnly();
  const { busy, error, run } = useRequest();
  const series = lastSeries(work.value.value.id, index, kind);
  const provider = providerOf(kind, ["image", "video"]);
  const isFree = provider?.id === "demo";
  // A photo is not generated, and the demo draws the same picture for the same prompt.
  if (kind === "image" && (isFree || directAsset(work.value.value, index))) return null;
  if (isReadOnly) return null;
  if (series?.isRunning) return html`<${Running} done=${series.done} onStop=${() => cancelJob(series.job).catch(toastError)} />`;
  const start = async () => {
    await work.flush(); // the prompt as it is shown
    await makeTakes(pathOf(work), index, kind);
  };
  const reason = error?.text ?? series?.reason;
  const cost = t(isFree ? "scenes.moreFree" : "scenes.moreCost", {
    count: TAKES,
    provider: provider?.name ?? t("scenes.moreProvider"),
  });
  return html`<div class="more-takes">
      <${PaidButton} roles=${MADE} small icon="sparkles" busy=${busy} disabled=${isBusy} data-no-refocus onClick=${() => run(start)}>${t("scenes.more")}<//>
      <span class="hint">${cost}</span>
    </div>
    ${reason && html`<${Notice} kind="error">${reason}<//>`}`;
}

/** @param {{done: number, onStop: () => void}} props */
function Running({ done, onStop }) {
  const label = t("scenes.moreRunning", { number: Math.min(done + 1, TAKES), count: TAKES });
  return html`<div class="making" role="status">
    <span>${label}</span>
    <${Progress} label=${label} value=${(100 * done) / TAKES} />
    <${Button} small onClick=${onStop}>${t("common.cancel")}<//>
  </div>`;
}
