import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { post } from "../../../api.js";
import { t } from "../../../i18n.js";
import { TextField } from "../../../parts/field.js";
import { FormDialog } from "../../../parts/form-dialog.js";
import { Menu } from "../../../parts/menu.js";
import { useLoad } from "../../../state/load.js";
import { listTemplates, placeholdersOf, readContent } from "../../../state/templates.js";
import { toastError } from "../../../state/toasts.js";
import { overlayCounts } from "../../../timeline/template.js";
import { TemplateDialog } from "./template-dialog.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {(values: Record<string, string>) => Promise<void>} Apply  throws ApiError
 */

/** The project's templates to apply, and a new one of what is on the timeline. @param {{editor: Editor}} props */
export function TemplateMenu({ editor }) {
  const { projectId } = editor.document.value.value;
  const { data, reload } = useLoad(() => listTemplates(projectId), [projectId]);
  const [saving, setSaving] = useState(false);
  const [asked, setAsked] = useState(/** @type {{name: string, keys: string[], apply: Apply} | null} */ (null));
  const choose = async (/** @type {import("../../../state/templates.js").TemplateSummary} */ { id, name }) => {
    const keys = placeholdersOf(await readContent(projectId, id));
    /** @type {Apply} */
    const apply = (values) => applyTemplate(editor.document, id, values);
    if (keys.length) setAsked({ name, keys, apply });
    else await apply({});
  };
  const items = (data ?? []).map((template) => ({
    label: template.name,
    icon: "layout-template",
    onSelect: () => choose(template).catch(toastError),
  }));
  const { texts, images } = overlayCounts(editor.state.value);
  const save = { label: t("edit.template.new"), icon: "save", onSelect: () => setSaving(true) };
  const canSave = texts + images > 0;
  if (!items.length && !canSave) return null;
  const line = items.length && canSave ? [null] : [];
  return html`<${Menu} label=${t("templates.title")} icon="layout-template" items=${[...items, ...line, ...(canSave ? [save] : [])]} />
    ${saving && html`<${TemplateDialog} editor=${editor} onSaved=${reload} onClose=${() => setSaving(false)} />`}
    ${asked && html`<${Placeholders} ...${asked} onClose=${() => setAsked(null)} />`}`;
}

/** Ask for what a template's texts leave open. @param {{name: string, keys: string[], apply: Apply, onClose: () => void}} props */
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
 * Add a template's overlays.
 * @param {import("../../../state/document.js").Document} document
 * @param {string} templateId @param {Record<string, string>} placeholderValues
 */
async function applyTemplate(document, templateId, placeholderValues) {
  await document.flush();
  document.expect("editorState.exportSettings"); // of the template
  const { data, etag } = await post(`${document.path}/apply-template`, { templateId, placeholderValues });
  document.accept(data, etag);
}
