import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n.js";
import { Failure } from "../../parts/failure.js";
import { Loading } from "../../parts/loading.js";
import { Notice } from "../../parts/notice.js";
import { ROLES, pick } from "../../state/choices.js";
import { keptKeys, loadKeptKeys } from "../../state/keys.js";
import { useLoad } from "../../state/load.js";
import { loadProviders, providers } from "../../state/providers.js";
import { Keys } from "./keys.js";
import { RoleChoice } from "./role-choice.js";

/** Which AI providers do what, and with which keys. */
export default function Providers() {
  const { error } = useLoad(loadKeptKeys, []);
  useEffect(() => {
    loadProviders();
  }, []);
  if (!providers.value || !keptKeys.value) return error ? html`<${Failure} error=${error} />` : html`<${Loading} />`;
  const isDemo = ROLES.every((role) => pick(role, ROLES)?.provider === "demo");
  return html`
    <section class="panel stack" aria-labelledby="keys">
      <header class="section-header">
        <h2 id="keys">${t("keys.title")}</h2>
        <p class="note">${t("keys.lead")}</p>
      </header>
      ${isDemo && html`<${Notice}>${t("keys.demo")}<//>`}
      <${Keys} />
    </section>
    <section class="panel stack" aria-labelledby="roles">
      <header class="section-header">
        <h2 id="roles">${t("settings.roles.title")}</h2>
        <p class="note">${t("settings.roles.lead")}</p>
      </header>
      <div class="roles">${ROLES.map((role) => html`<${RoleChoice} key=${role} role=${role} />`)}</div>
    </section>
  `;
}
