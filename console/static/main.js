/** Starts the page. */

import { html } from "htm/preact";
import { render } from "preact";
import { App } from "./app.js";
import { resolveAddresses } from "./base.js";
import { keepFocus } from "./focus.js";
import { listenToLinks } from "./router.js";
import { restoreSession } from "./state/session.js";

/** Let files do nothing that are dropped where nothing takes them: browsers would show them instead of the page. */
function ignoreDroppedFiles() {
  for (const name of ["dragover", "drop"]) {
    addEventListener(name, (/** @type {any} */ event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    });
  }
}

resolveAddresses();
listenToLinks();
keepFocus();
ignoreDroppedFiles();
restoreSession();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
