import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button, Icon } from "../../components/button.js";
import { DeleteDialog, FormDialog } from "../../components/dialogs.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { SelectField } from "../../components/field.js";
import { KeyField } from "../../components/key-field.js";
import { offeredModels, retirementText } from "../../components/models.js";
import { Notice } from "../../components/notice.js";
import { formatAgo, t } from "../../i18n.js";
import {
  ROLES,
  choices,
  choose,
  deleteKey,
  forgetKey,
  keepKey,
  keptKeys,
  keySource,
  loadKeptKeys,
  pick,
  providersOf,
  sessionKeys,
  useForSession,
} from "../../state/choices.js";
import { useLoad } from "../../state/load.js";
import { loadProviders, providerName, providers, vendorOf, vendors } from "../../state/providers.js";
import { toast } from "../../state/toasts.js";

/** @typedef {{kind: "add" | "delete", vendor: string}} Opened */

/** The vendors, each with its key. */
function Keys() {
  const [opened, setOpened] = useState(/** @type {Opened | null} */ (null));
  const dialog = { vendor: opened?.vendor, name: providerName(opened?.vendor ?? ""), onClose: () => setOpened(null) };
  return html`<ul class="rows">
      ${vendors.value.map((vendor) => html`<${Row} key=${vendor} vendor=${vendor} open=${setOpened} />`)}
    </ul>
    ${opened?.kind === "add" && html`<${KeyDialog} ...${dialog} />`}
    ${opened?.kind === "delete" && html`<${Delete} ...${dialog} />`}`;
}

/** @param {{vendor: string, open: (opened: Opened) => void}} props */
function Row({ vendor, open }) {
  const session = sessionKeys.value.get(vendor);
  const kept = keptKeys.value?.find(({ provider }) => provider === vendor);
  const name = providerName(vendor);
  const action = t(session || kept ? "keys.replace" : "keys.add");
  const remove = () => (session ? forgetKey(vendor) : open({ kind: "delete", vendor }));
  return html`<li class="row">
    <div class="row-text">
      <h3>${name}</h3>
      <p class="note">${purposes(vendor)}</p>
    </div>
    <p class="key-state"><${State} vendor=${vendor} session=${session} kept=${kept} /></p>
    <div class="row-actions">
      ${(session || kept) &&
      html`<${Button} small kind="quiet" aria-label=${`${t("keys.remove")}: ${name}`} onClick=${remove}>${t("keys.remove")}<//>`}
      <${Button} small aria-label=${`${action}: ${name}`} onClick=${() => open({ kind: "add", vendor })}>${action}<//>
    </div>
  </li>`;
}

/** @param {{vendor: string, session?: string, kept?: import("../../state/choices.js").KeptKey}} props */
function State({ vendor, session, kept }) {
  const isServers = providers.value?.some(({ id, key }) => vendorOf(id) === vendor && key === "server");
  if (session) return html`<${Icon} name="clock" class="good" />${t("keys.session", { last4: lastOf(session) })}`;
  if (kept) {
    const text = t(kept.last4 ? "keys.kept" : "keys.keptShort", { last4: kept.last4 });
    return html`<${Icon} name="circle-check" class="good" /><span title=${t("keys.keptSince", { when: formatAgo(kept.updatedAt) })}>${text}</span>`;
  }
  if (isServers) return html`<${Icon} name="server" class="good" />${t("keys.server")}`;
  return html`<${Icon} name="key-round" />${t("keys.none")}`;
}

/** @param {{vendor: string, name: string, onClose: () => void}} props */
function Delete({ vendor, name, onClose }) {
  const submit = async () => {
    await deleteKey(vendor);
    toast(t("keys.removed", { name }));
  };
  return html`<${DeleteDialog} title=${t("keys.removeTitle", { name })} submit=${t("keys.remove")} onSubmit=${submit} onClose=${onClose}>
    <p>${t("keys.removeText")}</p>
  <//>`;
}

/** What a vendor's providers do. @param {string} vendor */
function purposes(vendor) {
  const roles = (providers.value ?? []).filter(({ id }) => vendorOf(id) === vendor).map(({ category }) => category);
  return [...new Set(roles)].map((role) => t(`settings.roles.${role}`)).join(", ");
}

/** The last characters of a key, as the server shows them. @param {string} key */
const lastOf = (key) => (key.length >= 12 ? key.slice(-4) : "");

/**
 * Asks for a vendor's key, and where to store it.
 * @param {{vendor: string, name: string, onClose: () => void}} props
 */
function KeyDialog({ vendor, name, onClose }) {
  const [key, setKey] = useState("");
  const [place, setPlace] = useState("server");
  const submit = async () => {
    if (place === "server") await keepKey(vendor, key.trim());
    else useForSession(vendor, key.trim());
    toast(t("keys.added", { name }));
  };
  const option = (/** @type {string} */ id) => html`<label class="choice">
    <input type="radio" name="place" value=${id} checked=${place === id} onChange=${() => setPlace(id)} />
    <span><strong>${t(`keys.places.${id}`)}</strong><span class="note">${t(`keys.places.${id}Text`)}</span></span>
  </label>`;
  return html`<${FormDialog} title=${t("keys.addTitle", { name })} submit=${t("keys.use")} onSubmit=${submit} onClose=${onClose}>
    <${KeyField} value=${key} onInput=${setKey} />
    <fieldset class="field choices">
      <legend>${t("keys.where")}</legend>
      ${option("server")} ${option("session")}
    </fieldset>
  <//>`;
}

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
