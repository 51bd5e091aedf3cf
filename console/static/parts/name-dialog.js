import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.js";
import { NameField } from "./field.js";
import { FormDialog } from "./form-dialog.js";

/**
 * A dialog that asks for a name.
 * @param {{title: string, submit: string, name?: string, onSubmit: (name: string) => Promise<any>,
 *   onClose: () => void}} props
 */
export function NameDialog({ title, submit, name: before = "", onSubmit, onClose }) {
  const [name, setName] = useState(before);
  return html`<${FormDialog}
    title=${title}
    submit=${submit}
    onSubmit=${() => onSubmit(name.trim())}
    onClose=${onClose}
  >
    <${NameField} value=${name} onInput=${setName} />
  <//>`;
}
