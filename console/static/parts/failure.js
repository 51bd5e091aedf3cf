import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Empty } from "./empty.js";

/**
 * What is shown instead of what could not be read.
 * @param {{error: import("../api.js").ApiError}} props
 */
export function Failure({ error }) {
  if (error.status === 404) {
    return html`<${Empty}
      icon="search"
      title=${t("failure.missing")}
      actions=${html`<a class="button primary" href="/">${t("failure.toProjects")}</a>`}
    >
      <p>${t("failure.missingText")}</p>
    <//>`;
  }
  if (error.offline) return html`<${Empty} icon="wifi-off" title=${t("failure.offline")} />`;
  return html`<${Empty} icon="circle-alert" title=${t("failure.other")}><p>${error.text}</p><//>`;
}
