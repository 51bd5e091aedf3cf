/** What changes the colours of canvases, which do not follow style sheets by themselves. */

import { signal } from "@preact/signals";

/** Raised when the theme changes. */
export const look = signal(0);

const change = () => (look.value += 1);

/** Follow the theme; return how to stop that. */
export function followLook() {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(change);
  scheme.addEventListener("change", change);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    scheme.removeEventListener("change", change);
    observer.disconnect();
  };
}
