import { html } from "htm/preact";
import { useReadOnly } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { Notice } from "../../../components/notice.js";
import { PaidButton } from "../../../components/paid-button.js";
import { Progress } from "../../../components/progress.js";
import { t } from "../../../i18n.js";
import { providerOf } from "../../../state/choices.js";
import { TAKES, makeTakes, series, seriesKey, stopTakes } from "../../../state/take-series.js";
import { toastError } from "../../../state/toasts.js";
import { MADE, directAsset, pathOf } from "./actions.js";

/**
 * Makes more pictures or clips of a scene with the same prompt, and says who is called and paid.
 * @param {{work: import("../../../documents/document.js").Document, index: number,
 *   kind: "image" | "video", isBusy: boolean}} props `isBusy`: a job makes the scene
 */
export function MoreTakes({ work, index, kind, isBusy }) {
  const isReadOnly = useReadOnly();
  const path = pathOf(work);
  const key = seriesKey(path, index);
  const current = series.value.get(key);
  const own = current?.kind === kind ? current : undefined;
  const provider = providerOf(kind, ["image", "video"]);
  const isFree = provider?.id === "demo";
  // A photo is not generated, and the demo draws the same picture for the same prompt.
  if (kind === "image" && (isFree || directAsset(work.value.value, index))) return null;
  if (isReadOnly) return null;
  if (own?.isRunning) return html`<${Running} done=${own.done} onStop=${() => stopTakes(key).catch(toastError)} />`;
  const start = async () => {
    await work.flush(); // the prompt as it is shown
    await makeTakes(path, index, kind);
  };
  const cost = t(isFree ? "scenes.moreFree" : "scenes.moreCost", {
    count: TAKES,
    provider: provider?.name ?? t("scenes.moreProvider"),
  });
  return html`<div class="more-takes">
      <${PaidButton} roles=${MADE} small icon="sparkles" disabled=${isBusy} data-no-refocus onClick=${start}>${t("scenes.more")}<//>
      <span class="hint">${cost}</span>
    </div>
    ${own?.reason && html`<${Notice} kind="error">${own.reason}<//>`}`;
}

/** @param {{done: number, onStop: () => void}} props */
function Running({ done, onStop }) {
  const label = t("scenes.moreRunning", { number: done + 1, count: TAKES });
  return html`<div class="making" role="status">
    <span>${label}</span>
    <${Progress} label=${label} value=${(100 * done) / TAKES} />
    <${Button} small onClick=${onStop}>${t("common.cancel")}<//>
  </div>`;
}
