import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { FromPage } from "./style/from-page.js";
import { Guide } from "./style/guide.js";
import { Prompts } from "./style/prompts.js";

/**
 * What all works of a project have in common: saved as it is typed.
 * @param {{project: import("../../state/document.js").Document}} props
 */
export default function Style({ project }) {
  return html`
    <header class="screen-header"><h1>${t("style.title")}</h1></header>
    <p class="lead">${t("style.lead")}</p>
    <div class="columns even">
      <section class="panel stack" aria-labelledby="guide">
        <h2 id="guide">${t("style.guide")}</h2>
        <${FromPage} project=${project} />
        <${Guide} project=${project} />
      </section>
      <section class="panel stack" aria-labelledby="prompts">
        <h2 id="prompts">${t("style.prompts")}</h2>
        <${Prompts} project=${project} />
      </section>
    </div>
  `;
}
