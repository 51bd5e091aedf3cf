import { html } from "htm/preact";
import { Button, IconButton } from "../../../../components/button.js";
import { t } from "../../../../i18n.js";

const STEPS = 100;

/** Buttons and a slider for the scale of the timeline. @param {{zoom: import("./zoom.js").Zoom}} props */
export function ZoomControls({ zoom }) {
  const position = Math.round(zoom.position * STEPS);
  return html`<div class="zoom-controls" role="group" aria-label=${t("edit.zoom")}>
    <${IconButton} icon="zoom-out" label=${t("edit.zoomOut")} disabled=${position <= 0} onClick=${() => zoom.zoomOut()} />
    <input
      type="range"
      min="0"
      max=${STEPS}
      value=${position}
      aria-label=${t("edit.zoom")}
      onInput=${(/** @type {any} */ event) => (zoom.position = Number(event.target.value) / STEPS)}
    />
    <${IconButton} icon="zoom-in" label=${t("edit.zoomIn")} disabled=${position >= STEPS} onClick=${() => zoom.zoomIn()} />
    <${Button} small onClick=${() => zoom.fit()}>${t("edit.zoomFit")}<//>
  </div>`;
}
