import { html } from "htm/preact";
import { t } from "../i18n.js";
import { FormDialog } from "./form-dialog.js";

/**
 * The question before something is deleted for good; `children` say what goes.
 * @param {{title: string, submit?: string, onSubmit: () => Promise<any>, onClose: () => void,
 *   children: any}} props
 */
export function DeleteDialog({ title, submit = t("common.delete"), onSubmit, onClose, children }) {
  return html`<${FormDialog}
    title=${title}
    submit=${submit}
    danger
    onSubmit=${onSubmit}
    onClose=${onClose}
  >
    <div class="prose">${children}</div>
  <//>`;
}
