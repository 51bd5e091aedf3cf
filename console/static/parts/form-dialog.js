import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { ErrorNotice } from "./error-notice.js";

/**
 * A dialog with fields. It is closed once `onSubmit` has succeeded, and shows why it has not.
 * @param {{title: string, submit: string, cancel?: string, danger?: boolean, wide?: boolean,
 *   onSubmit: () => Promise<any>, onClose: () => void, children: any}} props
 */
export function FormDialog({ title, submit, cancel, danger, wide, onSubmit, onClose, children }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSubmit();
      onClose();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${title} wide=${wide} onClose=${onClose}>
    <form class="dialog-form" onSubmit=${send}>
      ${children} ${error && html`<${ErrorNotice} error=${error} />`}
      <footer class="dialog-footer">
        <${Button} kind="quiet" onClick=${onClose}>${cancel ?? t("common.cancel")}<//>
        <${Button} type="submit" kind=${danger ? "danger" : "primary"} busy=${busy}>${submit}<//>
      </footer>
    </form>
  <//>`;
}
