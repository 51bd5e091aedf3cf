/** The theme: of the system, light or dark. `theme.js` applies it before the page is drawn. */

import { signal } from "@preact/signals";

/** @typedef {"system" | "light" | "dark"} Theme */

const KEY = "vidworks.theme";
const root = document.documentElement;

/** @type {import("@preact/signals").Signal<Theme>} */
export const theme = signal(/** @type {Theme} */ (root.dataset.theme ?? "system"));

/** @param {Theme} chosen */
export function setTheme(chosen) {
  theme.value = chosen;
  if (chosen === "system") {
    localStorage.removeItem(KEY);
    delete root.dataset.theme;
  } else {
    localStorage.setItem(KEY, chosen);
    root.dataset.theme = chosen;
  }
}
