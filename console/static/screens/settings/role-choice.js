import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { SelectField } from "../../parts/field.js";
import { offeredModels, retirementText } from "../../parts/models.js";
import { ROLES, choices, choose, keySource, pick, providersOf } from "../../state/choices.js";

/** @typedef {import("../../state/providers.js").Provider} Provider */

/** Who does one kind of work: the provider and the model. @param {{role: import("../../state/providers.js").Role}} props */
export function RoleChoice({ role }) {
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
