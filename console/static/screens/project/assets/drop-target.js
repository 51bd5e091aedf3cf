import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../../components/button.js";
import { t } from "../../../i18n.js";

/**
 * Accepts files that are dropped anywhere on the page.
 * @param {{onFiles: (files: File[]) => void}} props
 */
export function DropTarget({ onFiles }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      setOver(true);
    };
    const leave = (/** @type {DragEvent} */ event) => {
      if (!event.relatedTarget) setOver(false); // not to another element of the page
    };
    const drop = (/** @type {DragEvent} */ event) => {
      setOver(false);
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      onFiles([...event.dataTransfer.files]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onFiles]);
  if (!isOver) return null;
  return html`<div class="drop-target" aria-hidden="true">
    <p><${Icon} name="upload" />${t("library.drop")}</p>
  </div>`;
}
