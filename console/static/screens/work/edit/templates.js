import { useComputed } from "@preact/signals";
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError, post } from "../../../api.js";
import { IconButton } from "../../../components/button.js";
import { FormDialog } from "../../../components/dialogs.js";
import { NameField, SelectField, TextField } from "../../../components/field.js";
import { Menu } from "../../../components/menu.js";
import { t } from "../../../i18n.js";
import { useLoad } from "../../../state/load.js";
import { createTemplate, listTemplates, placeholdersOf, readContent } from "../../../state/templates.js";
import { toast, toastError } from "../../../state/toasts.js";
import { settingsOf } from "../../../timeline/editor-state.js";
import { overlayCounts, templateOf } from "../../../timeline/template.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {(values: Record<string, string>) => Promise<void>} Apply  throws ApiError
 */

const TIMINGS = ["relative", "absolute"];

/**
 * The project's templates to apply, and a new one of what is on the timeline.
 * @param {{editor: Editor}} props
 */
export function TemplateMenu({ editor }) {
  const { projectId } = editor.document.value.peek();
  const hasOverlays = useComputed(() => {
    const { texts, images } = overlayCounts(editor.state.value);
    return texts + images > 0;
  });
  const { data, reload } = useLoad(() => listTemplates(projectId), [projectId]);
  const [saving, setSaving] = useState(false);
  const [asked, setAsked] = useState(/** @type {{name: string, keys: string[], apply: Apply} | null} */ (null));
  const choose = async (/** @type {import("../../../state/templates.js").TemplateSummary} */ { id, name }) => {
    const keys = placeholdersOf(await readContent(projectId, id));
    /** @type {Apply} */
    const apply = (values) => editor.follow(() => applyTemplate(editor.document, id, values));
    if (keys.length) setAsked({ name, keys, apply });
    else await apply({});
  };
  const items = (data ?? []).map((template) => ({
    label: template.name,
    icon: "layout-template",
    onSelect: () => choose(template).catch(toastError),
  }));
  const save = { label: t("edit.template.new"), icon: "save", onSelect: () => setSaving(true) };
  const canSave = hasOverlays.value;
  if (!items.length && !canSave) return html`<${IconButton} icon="layout-template" label=${t("templates.title")} disabled />`;
  const line = items.length && canSave ? [null] : [];
  return html`<${Menu} label=${t("templates.title")} icon="layout-template" items=${[...items, ...line, ...(canSave ? [save] : [])]} />
    ${saving && html`<${TemplateDialog} editor=${editor} onSaved=${reload} onClose=${() => setSaving(false)} />`}
    ${asked && html`<${Placeholders} ...${asked} onClose=${() => setAsked(null)} />`}`;
}

/**
 * Ask for what a template's texts leave open.
 * @param {{name: string, keys: string[], apply: Apply, onClose: () => void}} props
 */
function Placeholders({ name, keys, apply, onClose }) {
  const [values, setValues] = useState(/** @type {Record<string, string>} */ ({}));
  return html`<${FormDialog} title=${name} submit=${t("edit.template.apply")} onSubmit=${() => apply(values)} onClose=${onClose}>
    ${keys.map(
      (key, number) =>
        html`<${TextField} key=${key} label=${key} value=${values[key] ?? ""} maxlength="10000" required autofocus=${number === 0}
          onInput=${(/** @type {string} */ value) => setValues({ ...values, [key]: value })} />`,
    )}
  <//>`;
}

/**
 * Add a template's overlays; set its transition and its format.
 * @param {import("../../../documents/document.js").Document} document
 * @param {string} templateId @param {Record<string, string>} placeholderValues
 */
async function applyTemplate(document, templateId, placeholderValues) {
  await document.flush();
  // A template may have a format, and a transition for cuts between scenes.
  for (const path of ["editorState.exportSettings", "editorState.editorData", "scenes"]) document.expect(path);
  const { data, etag } = await post(`${document.path}/apply-template`, { templateId, placeholderValues });
  document.accept(data, etag);
}

/**
 * Keep the texts and pictures of the timeline as a template of the project.
 * @param {{editor: import("./editor.js").Editor, onSaved: () => Promise<void>, onClose: () => void}} props
 */
function TemplateDialog({ editor, onSaved, onClose }) {
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

/**
 * Throw an ApiError if the project has a template of this name.
 * @param {string} project
 * @param {string} name
 */
async function checkName(project, name) {
  const fold = (/** @type {string} */ text) => text.trim().toLocaleLowerCase();
  const taken = (await listTemplates(project)).some((template) => fold(template.name) === fold(name));
  if (taken) throw new ApiError(409, { error: t("edit.template.taken", { name: name.trim() }) });
}
