/** Starts the page. */

import { html } from "htm/preact";
import { render } from "preact";
import { App } from "./app.js";
import { ignoreDroppedFiles } from "./dropped-files.js";
import { resolveAddresses } from "./element-addresses.js";
import { keepFocus } from "./focus.js";
import { listenToLinks } from "./router.js";
import { restoreSession } from "./state/session.js";

resolveAddresses();
listenToLinks();
keepFocus();
ignoreDroppedFiles();
restoreSession();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
