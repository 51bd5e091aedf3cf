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
 * @param {{label: string, submit: string, value?: string, placeholder?: string, focused?: boolean, rows?: number,
 *   onSend: (text: string, key: string) => Promise<any>, onCancel?: () => void, onType?: (text: string) => void,
 *   onFocus?: () => void, children?: any}} props  `onSend` gets the same key until it has succeeded; if it
 *   returns false, nothing was sent
 */
export function TextForm({ label, submit, value = "", placeholder, focused, rows = 2, onSend, onCancel, onType, onFocus, children }) {
  const [text, setText] = useState(value);
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const key = useRef(newKey());
  /** @type {{current: HTMLFormElement | null}} */
  const form = useRef(null);
  useEffect(() => {
    if (focused) focusEnd(form.current?.querySelector("textarea"));
  }, []);
  const type = (/** @type {string} */ typed) => {
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
      if ((await onSend(text.trim(), key.current)) !== false) {
        key.current = newKey();
        type("");
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

/** A key of a request that may be repeated. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {HTMLTextAreaElement | null | undefined} area */
function focusEnd(area) {
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
