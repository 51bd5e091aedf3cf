import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { Button } from "../../../parts/button.js";
import { TextArea } from "../../../parts/field.js";
import { toast } from "../../../state/toasts.js";

const FIELDS = ["knowledge", "systemPrompt", "imageSystemPrompt", "videoSystemPrompt", "analyzerPrompt"];

/** What models are told for every work. @param {{project: import("../../../state/document.js").Document}} props */
export function Prompts({ project }) {
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
