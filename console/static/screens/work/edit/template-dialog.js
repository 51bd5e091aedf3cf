import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../../api.js";
import { t } from "../../../i18n.js";
import { NameField, SelectField } from "../../../parts/field.js";
import { FormDialog } from "../../../parts/form-dialog.js";
import { createTemplate, listTemplates } from "../../../state/templates.js";
import { toast } from "../../../state/toasts.js";
import { settingsOf } from "../../../timeline/state.js";
import { overlayCounts, templateOf } from "../../../timeline/template.js";

const TIMINGS = ["relative", "absolute"];

/**
 * Keep the texts and pictures of the timeline as a template of the project.
 * @param {{editor: import("./editor.js").Editor, onSaved: () => Promise<void>, onClose: () => void}} props
 */
export function TemplateDialog({ editor, onSaved, onClose }) {
  const state = editor.state.value;
  const [name, setName] = useState("");
  const [timing, setTiming] = useState(/** @type {import("../../../timeline/template.js").Timing} */ ("relative"));
  const [withFormat, setWithFormat] = useState(true);
  const submit = async () => {
    const { projectId } = editor.document.value.peek();
    await checkName(projectId, name);
    const seconds = editor.model.peek().duration;
    await createTemplate(projectId, name.trim(), templateOf(state, { seconds, timing, withFormat }));
    toast(t("edit.template.saved", { name: name.trim() }));
    await onSaved();
  };
  const { texts, images } = overlayCounts(state);
  const counts = [
    texts > 0 && t("templates.texts", { count: texts }),
    images > 0 && t("templates.images", { count: images }),
  ];
  return html`<${FormDialog} title=${t("edit.template.title")} submit=${t("edit.template.save")} onSubmit=${submit} onClose=${onClose}>
    <p class="hint">${t("edit.template.text", { contents: counts.filter(Boolean).join(", ") })}</p>
    <${NameField} value=${name} onInput=${setName} />
    <${SelectField}
      label=${t("edit.template.timing")}
      value=${timing}
      options=${TIMINGS.map((value) => ({ value, label: t(`edit.template.timings.${value}`) }))}
      onInput=${setTiming}
    />
    <label class="check">
      <input
        type="checkbox"
        checked=${withFormat}
        onChange=${(/** @type {any} */ event) => setWithFormat(event.target.checked)}
      />
      <span>${t("templates.settings", { ...settingsOf(state) })} <span class="hint">${t("edit.template.formatHint")}</span></span>
    </label>
  <//>`;
}

/** Throw an ApiError if the project has a template of this name. @param {string} project @param {string} name */
async function checkName(project, name) {
  const fold = (/** @type {string} */ text) => text.trim().toLocaleLowerCase();
  const taken = (await listTemplates(project)).some((template) => fold(template.name) === fold(name));
  if (taken) throw new ApiError(409, { error: t("edit.template.taken", { name: name.trim() }) });
}
