import { html } from "htm/preact";
import { Button, Icon } from "../components/button.js";
import { Empty, Failure, Loading } from "../components/fallbacks.js";
import { leave } from "../components/header.js";
import { Answers, Terms, headingOf } from "../components/invitation.js";
import { t } from "../i18n.js";
import { navigate } from "../router.js";
import { previewInvitation, readInvitation } from "../state/invitations.js";
import { useLoad } from "../state/load.js";
import { user } from "../state/session.js";
import { useTitle } from "../state/title.js";
import Login from "./login.js";

const ENDED = [404, 410];

/** The link of an invitation. @param {{params: {token: string}}} props */
export default function Invitation({ params }) {
  const { token } = params;
  const { data: preview, error } = useLoad(() => previewInvitation(token), [token]);
  useTitle([{ label: t("invitation.title") }]);
  if (error && ENDED.includes(error.status)) return html`<${Gone} />`;
  if (!preview) return error ? html`<${Failure} error=${error} />` : html`<${Loading} />`;
  if (!user.value) return html`<${Login} lead=${html`<${Lead} preview=${preview} />`} email=${preview.email ?? ""} />`;
  return html`<${Received} ...${{ token, preview }} />`;
}

/** @typedef {import("../state/invitations.js").Preview} Preview */

/** The invitation, for the account that is logged in. @param {{token: string, preview: Preview}} props */
function Received({ token, preview }) {
  const { data, error } = useLoad(() => readInvitation(token), [token]);
  if (error && ENDED.includes(error.status)) return html`<${Gone} />`;
  if (error?.status === 403) return html`<${OtherAccount} preview=${preview} />`;
  if (!data) return error ? html`<${Failure} error=${error} />` : html`<${Loading} />`;
  return html`<${Page}>
    <h1 dir="auto">${headingOf(data)}</h1>
    <${Terms} invitation=${data} />
    <${Answers} invitation=${data} token=${token} onDeclined=${() => navigate("/")} />
    <${Account} />
  <//>`;
}

/** @param {{children: any}} props */
function Page({ children }) {
  return html`<div class="screen invitation">
    <section class="panel stack"><span class="initials none"><${Icon} name="mail" /></span>${children}</section>
  </div>`;
}

/** Who is logged in, and a way to another account. */
function Account() {
  return html`<p class="hint">
    ${t("invitation.account", { email: user.value?.email ?? "" })}${" "}
    <button type="button" class="text-button" onClick=${leave}>${t("invitation.useOther")}</button>
  </p>`;
}

/** What one logs in for. @param {{preview: Preview}} props */
function Lead({ preview }) {
  return html`<strong dir="auto">${headingOf(preview)}</strong>.${" "}
    ${preview.email ? t("invitation.loginAs", { email: preview.email }) : t("invitation.login")}`;
}

/** @param {{preview: Preview}} props */
function OtherAccount({ preview }) {
  return html`<${Page}>
    <h1 dir="auto">${headingOf(preview)}</h1>
    <p>${t("invitation.isFor", { email: preview.email ?? "" })}</p>
    <div class="buttons"><${Button} kind="primary" icon="log-out" onClick=${leave}>${t("invitation.useOther")}<//></div>
    <p class="hint">${t("invitation.account", { email: user.value?.email ?? "" })}</p>
  <//>`;
}

function Gone() {
  return html`<${Empty}
    isScreen
    icon="mail"
    title=${t("invitation.gone")}
    actions=${html`<a class="button primary" href="/">${t("failure.toProjects")}</a>`}
  >
    <p>${t("invitation.goneText")}</p>
  <//>`;
}
