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
