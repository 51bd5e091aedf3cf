/** Projects that have ended for the user since the page was opened, and why. */

import { signal } from "@preact/signals";
import { on } from "./events.js";
import { user } from "./session.js";

/**
 * By the project's id: it was deleted, or the user is no member any more. Unknown of what ended unnoticed.
 * @type {import("@preact/signals").Signal<Record<string, "deleted" | "access">>}
 */
export const endings = signal({});

on("project", ({ projectId, deleted, accessEnded }) => {
  if (deleted) endings.value = { ...endings.value, [projectId]: accessEnded ? "access" : "deleted" };
  else if (projectId in endings.value) {
    const { [projectId]: _, ...others } = endings.value;
    endings.value = others;
  }
});

user.subscribe(() => {
  endings.value = {};
});
