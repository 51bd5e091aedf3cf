import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { Button } from "../../parts/button.js";

/** @param {{kind?: string}} props */
export function DemoButton({ kind = "plain" }) {
  return html`<${Button} kind=${kind} icon="wand-sparkles">${t("demo.make")}<//>`;
}
