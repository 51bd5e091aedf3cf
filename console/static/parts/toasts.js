import { html } from "htm/preact";
import { t } from "../i18n.js";
import { dismiss, toasts } from "../state/toasts.js";
import { Button, IconButton } from "./button.js";
import { Icon } from "./icon.js";

/** The messages of `state/toasts.js`. */
export function Toasts() {
  return html`<div class="toasts" role="log" aria-live="polite" aria-label=${t("common.messages")}>
    ${toasts.value.map(
      ({ id, kind, text, action }) =>
        html`<div key=${id} class=${`toast ${kind}`}>
          <${Icon} name=${kind === "error" ? "circle-alert" : "circle-check"} />
          <p dir="auto">${text}</p>
          ${action &&
          html`<${Button}
            small
            onClick=${() => {
              dismiss(id);
              action.run();
            }}
            >${action.label}<//
          >`}
          <${IconButton} icon="x" label=${t("common.dismiss")} onClick=${() => dismiss(id)} />
        </div>`,
    )}
  </div>`;
}
