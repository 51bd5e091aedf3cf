import { html } from "htm/preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";
import { Allowed } from "./access.js";
import { Button, IconButton } from "./button.js";
import { NameField } from "./field.js";
import { ErrorNotice } from "./notice.js";

const FIELDS = "form :is(input, textarea, select):not(:disabled)";

/**
 * A modal dialog, open while it is rendered. Escape and a click outside close it. The first field of a form
 * has the focus, not the button that closes the dialog: what is typed at once would press that.
 * @param {{title: string, onClose: () => void, wide?: boolean, class?: string, children: any}} props
 */
export function Dialog({ title, onClose, wide, class: name = wide ? "wide" : "", children }) {
  /** @type {{current: HTMLDialogElement | null}} */
  const element = useRef(null);
  const id = useId();
  useLayoutEffect(() => {
    element.current?.showModal();
    if (!element.current?.querySelector("[autofocus]")) focusFirstField(element.current);
    return () => element.current?.close();
  }, []);
  return html`<dialog
    ref=${element}
    class=${`dialog ${name}`}
    aria-labelledby=${id}
    onCancel=${(/** @type {Event} */ event) => {
      event.preventDefault();
      onClose();
    }}
    onMouseDown=${(/** @type {Event} */ event) => event.target === element.current && onClose()}
  >
    <div class="dialog-box">
      <header class="dialog-header">
        <h2 id=${id} dir="auto">${title}</h2>
        <${IconButton} reading icon="x" label=${t("common.close")} onClick=${onClose} />
      </header>
      ${children}
    </div>
  </dialog>`;
}

/** @param {HTMLDialogElement | null} dialog */
const focusFirstField = (dialog) => /** @type {HTMLElement | null | undefined} */ (dialog?.querySelector(FIELDS))?.focus();

/**
 * A dialog with a form. It closes when `onSubmit` has succeeded, and shows the error otherwise.
 * @param {{title: string, submit: string, cancel?: string, danger?: boolean, wide?: boolean,
 *   onSubmit: () => Promise<any>, onClose: () => void, onDone?: () => void,
 *   isTold?: (error: ApiError) => boolean, children: any}} props
 *   `onDone` closes it after that, if `onClose` may ask something; `isTold`: a field tells the error
 */
export function FormDialog({ title, submit, cancel, danger, wide, onSubmit, onClose, onDone = onClose, isTold, children }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  /** @type {{current: HTMLElement | null}} */
  const reason = useRef(null);
  useEffect(() => reason.current?.scrollIntoView({ block: "center" }), [error]); // above the buttons
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSubmit();
      onDone();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(isTold?.(failure) ? null : failure);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${title} wide=${wide} onClose=${onClose}>
    <${Allowed}><form class="dialog-form" onSubmit=${send}>
      ${children} ${error && html`<div ref=${reason}><${ErrorNotice} error=${error} /></div>`}
      <footer class="dialog-footer">
        <${Button} kind="quiet" onClick=${onClose}>${cancel ?? t("common.cancel")}<//>
        <${Button} type="submit" kind=${danger ? "danger" : "primary"} busy=${busy}>${submit}<//>
      </footer>
    </form><//>
  <//>`;
}

/**
 * Asks before something is deleted; `children` say what is deleted.
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
