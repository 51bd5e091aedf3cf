import { useState } from "preact/hooks";

/**
 * Let files be dropped on an element: its handlers, and whether files are over it.
 * @param {(files: File[]) => void} onFiles
 */
export function useDrop(onFiles) {
  const [isOver, setOver] = useState(false);
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
