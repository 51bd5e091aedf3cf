import { html } from "htm/preact";
import { t } from "../i18n.js";
import { FormDialog } from "./form-dialog.js";

/**
 * The question before something is deleted for good; `children` say what goes.
 * @param {{title: string, onSubmit: () => Promise<any>, onClose: () => void, children: any}} props
 */
export function DeleteDialog({ title, onSubmit, onClose, children }) {
  return html`<${FormDialog}
    title=${title}
    submit=${t("common.delete")}
    danger
    onSubmit=${onSubmit}
    onClose=${onClose}
  >
    <div class="prose">${children}</div>
  <//>`;
}
