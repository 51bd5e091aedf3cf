import { html } from "htm/preact";
import { Needs, useMay } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { TextArea } from "../../../components/field.js";
import { t } from "../../../i18n.js";
import { toast } from "../../../state/toasts.js";
import { FromPage } from "./from-page.js";
import { Guide } from "./guide.js";

const FIELDS = ["knowledge", "systemPrompt", "imageSystemPrompt", "videoSystemPrompt", "analyzerPrompt"];

/**
 * The style guide and prompts that all works of a project share, saved as they are typed.
 * @param {{project: import("../../../documents/document.js").Document}} props
 */
export default function Style({ project }) {
  const mayManage = useMay("manage");
  return html`<${Needs} right="manage">
    <header class="screen-header"><h1>${t("style.title")}</h1></header>
    <p class="lead">${t("style.lead")} ${!mayManage && t("style.ownersOnly")}</p>
    <div class="columns even">
      <section class="panel stack" aria-labelledby="guide">
        <h2 id="guide">${t("style.guide")}</h2>
        ${mayManage && html`<${FromPage} project=${project} />`}
        <${Guide} project=${project} />
      </section>
      <section class="panel stack" aria-labelledby="prompts">
        <h2 id="prompts">${t("style.prompts")}</h2>
        <${Prompts} project=${project} />
      </section>
    </div>
  <//>`;
}

/** The project's prompts. @param {{project: import("../../../documents/document.js").Document}} props */
function Prompts({ project }) {
  const value = project.value.value;
  const errors = project.error.value?.fields ?? {};
  const reset = async (/** @type {string} */ field) => {
    const before = value[field];
    project.edit({ [field]: null });
    await project.flush();
    const undo = { label: t("common.undo"), run: () => project.edit({ [field]: before }) };
    toast(t("style.reset", { name: t(`style.fields.${field}`) }), { action: undo });
  };
  return FIELDS.map(
    (field) => html`<div class="stack tight">
      <${TextArea}
        label=${t(`style.fields.${field}`)}
        hint=${t(`style.hints.${field}`)}
        rows="3"
        value=${value[field] ?? ""}
        error=${errors[field]}
        onInput=${(/** @type {string} */ text) => project.edit({ [field]: text })}
      />
      ${field !== "knowledge" &&
      html`<div>
        <${Button}
          small
          kind="quiet"
          icon="rotate-ccw"
          aria-label=${t("style.resetField", { name: t(`style.fields.${field}`) })}
          onClick=${() => reset(field)}
          >${t("style.usePreset")}<//
        >
      </div>`}
    </div>`,
  );
}
