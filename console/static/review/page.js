/** The page of guests: the video with its comments, or why there is none. */

import { html } from "htm/preact";
import { useEffect, useMemo } from "preact/hooks";
import { Boundary } from "../components/boundary.js";
import { Button } from "../components/button.js";
import { CopyText } from "../components/copy-text.js";
import { Empty, Loading } from "../components/fallbacks.js";
import { t } from "../i18n.js";
import { reachable } from "../state/connection.js";
import { Discussion } from "./discussion.js";
import { PasswordGate } from "./gate.js";
import { Header } from "./header.js";
import { Screen } from "./screen.js";
import { Viewing } from "./viewing.js";

/** @param {{guest: import("../discussion/guests.js").Guest}} props */
export function ReviewPage({ guest }) {
  const phase = guest.phase.value;
  const name = guest.review.value?.name;
  useEffect(() => {
    document.title = name ? `${name} · ${t("review.page")}` : t("review.page");
  }, [name]);
  return html`<div role="status">${!reachable.value && html`<p class="offline-bar">${t("review.offline")}</p>`}</div>
    <main id="main">
      ${!(phase === "shown" && guest.review.value?.version) && phase !== "password" && html`<h1 class="visually-hidden">${t("review.page")}</h1>`}
      <${Boundary} isScreen of=${phase}>${CONTENTS[phase]({ guest })}<//>
    </main>`;
}

/** @type {Record<import("../discussion/guests.js").Phase, (props: {guest: import("../discussion/guests.js").Guest}) => any>} */
const CONTENTS = {
  loading: () => html`<${Loading} />`,
  password: ({ guest }) => html`<${PasswordGate} guest=${guest} />`,
  gone: ({ guest }) =>
    html`<${Empty} icon="link" title=${t("review.gone")}><p>${t("review.goneText")}</p><//>
      ${guest.drafts.texts().length > 0 && html`<${Unsent} texts=${guest.drafts.texts()} />`}`,
  failed: ({ guest }) => {
    const again = html`<${Button} kind="primary" icon="rotate-ccw" onClick=${() => guest.load()}>${t("common.tryAgain")}<//>`;
    return html`<${Empty} icon="circle-alert" title=${t("review.failed")} actions=${again} />`;
  },
  shown: ({ guest }) => {
    const version = guest.review.value?.version;
    if (!version) return html`<${Empty} icon="film" title=${t("review.noneYet")}><p>${t("review.noneYetText")}</p><//>`;
    return html`<${Shown} key=${version.exportId} ...${{ guest, version }} />`;
  },
};

/** What can't be sent any more, to be copied. @param {{texts: string[]}} props */
function Unsent({ texts }) {
  return html`<section class="unsent stack" aria-labelledby="unsent-title">
    <h2 id="unsent-title">${t("review.unsent")}</h2>
    ${texts.map((text) => html`<${CopyText} label=${t("review.unsent")} text=${text} />`)}
  </section>`;
}

/** @param {{guest: import("../discussion/guests.js").Guest, version: import("../discussion/guests.js").Version}} props */
function Shown({ guest, version }) {
  const viewing = useMemo(() => new Viewing(version), []);
  useEffect(() => {
    const target = guest.takeTarget();
    if (target) viewing.goTo(target); // its player is there
  }, []);
  return html`<${Header} guest=${guest} />
    <div class="review-columns">
      <${Screen} ...${{ guest, viewing }} />
      <${Discussion} ...${{ guest, viewing }} />
    </div>`;
}
