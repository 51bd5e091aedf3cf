import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { Icon } from "./icon.js";

/**
 * A place to choose files, or to drop them on.
 * @param {{label: string, hint?: string, accept: string, multiple?: boolean, icon?: string,
 *   compact?: boolean, onFiles: (files: File[]) => void}} props
 *   `accept` is such as `image/png,image/jpeg`; other dropped files are passed on, too: the service
 *   says what is wrong with them
 */
export function FileDrop({ label, hint, accept, multiple = false, icon = "upload", compact, onFiles }) {
  /** @type {{current: HTMLInputElement | null}} */
  const input = useRef(null);
  const [isOver, setOver] = useState(false);
  const take = (/** @type {FileList | null | undefined} */ list) => {
    const files = [...(list ?? [])];
    if (files.length) onFiles(multiple ? files : files.slice(0, 1));
  };
  const dropped = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  };
  return html`<button
    type="button"
    class=${`file-drop ${compact ? "compact" : ""} ${isOver ? "over" : ""}`}
    onClick=${() => input.current?.click()}
    onDragOver=${(/** @type {Event} */ event) => {
      event.preventDefault();
      setOver(true);
    }}
    onDragLeave=${() => setOver(false)}
    onDrop=${dropped}
  >
    <${Icon} name=${icon} />
    <span class="file-drop-text">
      <strong>${label}</strong>
      <span class="hint">${hint ?? t(multiple ? "files.dropMany" : "files.drop")}</span>
    </span>
    <input
      ref=${input}
      type="file"
      hidden
      accept=${accept}
      multiple=${multiple}
      onClick=${(/** @type {Event} */ event) => event.stopPropagation()}
      onChange=${(/** @type {any} */ event) => {
        take(event.target.files);
        event.target.value = ""; // the same file can be chosen again
      }}
    />
  </button>`;
}
