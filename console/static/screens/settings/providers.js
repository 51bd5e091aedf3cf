import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { Failure, Loading } from "../../components/fallbacks.js";
import { SelectField } from "../../components/field.js";
import { offeredModels, retirementText } from "../../components/models.js";
import { Notice } from "../../components/notice.js";
import { t } from "../../i18n.js";
import { ROLES, choices, choose, keySource, pick, providersOf } from "../../state/choices.js";
import { useLoad } from "../../state/load.js";
import { loadProviders, providers } from "../../state/providers.js";
import { keptKeys, loadKeptKeys } from "../../state/vendor-keys.js";
import { Keys } from "./vendor-keys.js";

/** Keys, and the provider and model for each role. */
export default function Providers() {
  const { error } = useLoad(loadKeptKeys, []);
  useEffect(() => {
    loadProviders();
  }, []);
  if (!providers.value || !keptKeys.value) return error ? html`<${Failure} error=${error} />` : html`<${Loading} />`;
  const picked = ROLES.map((role) => pick(role, ROLES)?.provider).filter(Boolean);
  const isDemo = picked.length > 0 && picked.every((id) => id === "demo");
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

/** @typedef {import("../../state/providers.js").Provider} Provider */

/** The provider and the model for a role. @param {{role: import("../../state/providers.js").Role}} props */
function RoleChoice({ role }) {
  const listed = providersOf(role);
  const chosen = choices.value[role];
  const picked = pick(role, ROLES);
  const provider = listed.find(({ id }) => id === picked?.provider);
  const automatic = t("settings.roles.automatic", { name: provider?.name ?? t("settings.roles.nobody") });
  const options = [
    { value: "", label: chosen ? t("settings.roles.automaticOnly") : automatic },
    ...listed.map((each) => ({ value: each.id, label: labelOf(each) })),
  ];
  const setProvider = (/** @type {string} */ id) => choose(role, id ? { provider: id } : null);
  const setModel = (/** @type {string} */ id) =>
    choose(role, { provider: /** @type {Provider} */ (provider).id, ...(id && { model: id }) });
  return html`<fieldset class="role">
    <legend>${t(`settings.roles.${role}`)}</legend>
    <p class="note">${t(`settings.roles.${role}Text`)}</p>
    <div class="role-fields">
      <${SelectField}
        label=${t("settings.roles.provider")}
        hint=${provider?.description}
        value=${chosen?.provider ?? ""}
        options=${options}
        onInput=${setProvider}
      />
      ${provider &&
      provider.models.length > 1 &&
      html`<${SelectField}
        label=${t("settings.roles.model")}
        hint=${retirementText(provider, chosen?.model) ?? provider.models.find(({ id }) => id === chosen?.model)?.description}
        value=${chosen?.model ?? ""}
        options=${[
          { value: "", label: t("settings.roles.usual") },
          ...offeredModels(provider, chosen?.model).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onInput=${setModel}
      />`}
    </div>
  </fieldset>`;
}

/** @param {Provider} provider */
const labelOf = (provider) =>
  keySource(provider) ? provider.name : t("settings.roles.needsKey", { name: provider.name });
