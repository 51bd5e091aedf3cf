/** On telephones, the player stays in sight while something is typed in the inspector below it. */

import { useEffect } from "preact/hooks";

const BY_FINGER = matchMedia("(width < 56rem) and (pointer: coarse)"); // where a keyboard covers the lower half
const TYPED = ".inspector :is(textarea, input:is([type=text], [type=number]))"; // what opens one
const SHARE = 0.4; // of what the keyboard leaves
const MARGIN = 8; // pixels

/**
 * Keep the player at the top of what is seen while a field of the inspector has the focus, and the field below it.
 * Keyboards make the visual viewport smaller, mostly not the page, so that `position: sticky` would not do.
 * @param {{current: HTMLElement | null}} desk
 */
export function usePlayerWhileTyping(desk) {
  useEffect(() => {
    const viewport = window.visualViewport;
    const root = desk.current;
    if (!viewport || !root) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    const follow = () => place(root, viewport, false);
    const begin = () => place(root, viewport, true);
    viewport.addEventListener("scroll", follow, { signal });
    viewport.addEventListener("resize", begin, { signal });
    root.addEventListener("focusin", begin, { signal });
    root.addEventListener("focusout", () => queueMicrotask(follow), { signal });
    return () => stop.abort();
  }, []);
}

/**
 * @param {HTMLElement} root @param {VisualViewport} viewport
 * @param {boolean} scrolls  whether the field is scrolled to where it is seen
 */
function place(root, { offsetTop, height }, scrolls) {
  const field = BY_FINGER.matches ? document.activeElement?.closest(TYPED) : null;
  root.classList.toggle("is-typing", Boolean(field));
  if (!field) return;
  root.style.setProperty("--seen-top", `${offsetTop}px`);
  root.style.setProperty("--seen-height", `${Math.round(height * SHARE)}px`);
  if (!scrolls) return;
  const { top, bottom } = /** @type {HTMLElement} */ (field.closest(".field") ?? field).getBoundingClientRect();
  const [highest, lowest] = [offsetTop + Math.round(height * SHARE) + MARGIN, offsetTop + height - MARGIN];
  if (top < highest || bottom > lowest) scrollBy({ top: top - highest, behavior: "instant" });
}
