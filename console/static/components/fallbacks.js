import { html } from "htm/preact";
import { t } from "../i18n.js";
import { Icon } from "./button.js";

/** Shown while something loads; visible only after a moment. */
export function Loading() {
  return html`<p class="loading" role="status"><${Icon} name="loader-circle" class="spin" />${t("common.loading")}</p>`;
}

/**
 * Shown in place of an empty list, with what to do about it.
 * @param {{icon: string, title: string, isScreen?: boolean, children?: any, actions?: any}} props
 *   `isScreen`: there is no other heading
 */
export function Empty({ icon, title, isScreen, children, actions }) {
  return html`<section class="empty">
    <span class="empty-icon"><${Icon} name=${icon} /></span>
    <${isScreen ? "h1" : "h2"} dir="auto">${title}<//>
    ${children && html`<div class="prose">${children}</div>`}
    ${actions && html`<div class="actions">${actions}</div>`}
  </section>`;
}

/**
 * Shown in place of what could not be read.
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
