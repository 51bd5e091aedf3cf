import { html } from "htm/preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n.js";
import { IconButton } from "./button.js";

/**
 * A dialog in front of the page, while it is rendered. Escape and a click beside it close it.
 * @param {{title: string, onClose: () => void, wide?: boolean, children: any}} props
 */
export function Dialog({ title, onClose, wide, children }) {
  /** @type {{current: HTMLDialogElement | null}} */
  const element = useRef(null);
  const id = useId();
  useLayoutEffect(() => {
    element.current?.showModal();
    return () => element.current?.close();
  }, []);
  return html`<dialog
    ref=${element}
    class=${`dialog ${wide ? "wide" : ""}`}
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
        <${IconButton} icon="x" label=${t("common.close")} onClick=${onClose} />
      </header>
      ${children}
    </div>
  </dialog>`;
}
