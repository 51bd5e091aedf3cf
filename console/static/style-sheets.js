/** Style sheets that are loaded with the screens that need them. */

/** By address, with those of the HTML, which scripts wait for. @type {Map<string, Promise<void>>} */
const sheets = new Map(
  [...document.styleSheets].map(({ href }) => [href ?? "", Promise.resolve()]),
);

/**
 * Load a style sheet, once. One that fails to load is skipped.
 * @param {string} address
 */
export function loadSheet(address) {
  const sheet = sheets.get(address) ?? append(address);
  sheets.set(address, sheet);
  return sheet;
}

/** @param {string} address @returns {Promise<void>} */
function append(address) {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => resolve());
    document.head.append(link);
  });
}
