import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { useReadOnly } from "./access.js";
import { Button } from "./button.js";

/**
 * A button that opens the file chooser; other props go to the button.
 * @param {{accept: string, onFiles: (files: File[]) => void, multiple?: boolean, as?: any,
 *   children?: any, [attribute: string]: any}} props `as` is another kind of button
 */
export function FileButton({ accept, onFiles, multiple = false, as = Button, children, ...rest }) {
  /** @type {{current: HTMLInputElement | null}} */
  const input = useRef(null);
  const choose = (/** @type {any} */ { target }) => {
    onFiles([...target.files]);
    target.value = ""; // so that the same file can be chosen again
  };
  return html`<${as} ...${rest} onClick=${() => input.current?.click()}>${children}<//>
    <input ref=${input} type="file" hidden ...${{ accept, multiple }} onChange=${choose} />`;
}

/** Let the browser keep bytes as a file. @param {BlobPart} bytes @param {string} type @param {string} name */
export function saveBytes(bytes, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // Safari reads it later
}

/**
 * Accept files that are dropped on an element: its handlers, and whether files are over it.
 * @param {(files: File[]) => void} onFiles
 */
export function useDrop(onFiles) {
  const [isOver, setOver] = useState(false);
  if (useReadOnly()) return { isOver: false, handlers: {} };
  const handlers = {
    onDragOver: (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    },
  };
  return { isOver, handlers };
}
