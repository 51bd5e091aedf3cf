import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";
import { LONGEST } from "./threads.js";
import { Button } from "../components/button.js";
import { TextArea } from "../components/field.js";
import { ErrorNotice } from "../components/notice.js";

/**
 * A text that is sent with a button or with Ctrl+Enter. It stays until that has succeeded.
 * What is typed while it is being sent stays as well.
 * @param {{label: string, submit: string, value?: string, placeholder?: string, focused?: boolean, rows?: number,
 *   onSend: (text: string) => Promise<any>, onCancel?: () => void, onType?: (text: string) => void,
 *   onFocus?: () => void, children?: any}} props  if `onSend` returns false, nothing was sent
 */
export function TextForm({ label, submit, value = "", placeholder, focused, rows = 2, onSend, onCancel, onType, onFocus, children }) {
  const [text, setText] = useState(value);
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const latest = useRef(value);
  /** @type {{current: HTMLFormElement | null}} */
  const form = useRef(null);
  useEffect(() => {
    if (focused) focusEnd(form.current?.querySelector("textarea"));
  }, []);
  const type = (/** @type {string} */ typed) => {
    latest.current = typed;
    setText(typed);
    setSent(false);
    onType?.(typed);
  };
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy || !text.trim()) return;
    setBusy(true);
    setError(null);
    try {
      if ((await onSend(text.trim())) !== false) {
        type(latest.current.startsWith(text) ? latest.current.slice(text.length).trimStart() : latest.current);
        setSent(true);
      }
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
    setBusy(false);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
    if (event.key === "Escape" && onCancel) onCancel();
  };
  return html`<form ref=${form} class="comment-form hides-labels" onSubmit=${send} onKeyDown=${press}>
    ${children}
    <${TextArea} label=${label} placeholder=${placeholder} rows=${rows} limit=${LONGEST} value=${text} onInput=${type} onFocus=${onFocus} />
    ${error && html`<${ErrorNotice} error=${error} />`}
    <span class="visually-hidden" role="status">${sent && t("comments.sent")}</span>
    <div class="comment-form-actions">
      ${onCancel && html`<${Button} kind="quiet" small onClick=${onCancel}>${t("common.cancel")}<//>`}
      <${Button} type="submit" kind="primary" small busy=${busy} disabled=${!text.trim()}>${submit}<//>
    </div>
  </form>`;
}

/** @param {HTMLTextAreaElement | null | undefined} area */
function focusEnd(area) {
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
