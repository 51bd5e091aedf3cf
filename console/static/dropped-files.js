/** Files that are dropped where nothing takes them. */

/** Let them do nothing: browsers would show them instead of the page. */
export function ignoreDroppedFiles() {
  for (const name of ["dragover", "drop"]) {
    addEventListener(name, (/** @type {any} */ event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    });
  }
}
