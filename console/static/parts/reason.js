import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { Notice } from "./notice.js";

/**
 * Why something could not be done, in the words of the service, and what to do about it. Where a
 * key is missing, that is a link to the settings.
 * @param {{text: string, onAgain?: () => void, label?: string, busy?: boolean}} props
 *   `label` names the button for screen readers
 */
export function Reason({ text, onAgain, label, busy }) {
  const action = html`<span class="reason-actions">
    ${/\bAPI keys?\b/i.test(text) && html`<a class="button plain small" href="/settings/providers">${t("scenes.addKey")}</a>`}
    ${onAgain &&
    html`<${Button} small icon="rotate-ccw" busy=${busy} aria-label=${label} onClick=${onAgain}>${t("common.tryAgain")}<//>`}
  </span>`;
  return html`<${Notice} kind="error" action=${action}><p dir="auto">${text}</p><//>`;
}
