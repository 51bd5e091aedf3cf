/** Starts the page of a review link. */

import { html } from "htm/preact";
import { render } from "preact";
import { below, resolveAddresses } from "../base.js";
import "../i18n/review.js";
import { ReviewPage } from "./page.js";
import { Guest } from "../discussion/guests.js";

resolveAddresses();
const guest = new Guest(below(location.pathname).split("/")[2] ?? "");
guest.load();
guest.follow();
render(html`<${ReviewPage} guest=${guest} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
