import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button, Icon } from "../../components/button.js";
import { DeleteDialog, FormDialog } from "../../components/dialogs.js";
import { KeyField } from "../../components/key-field.js";
import { formatAgo, t } from "../../i18n.js";
import { providerName, providers, vendorOf, vendors } from "../../state/providers.js";
import { toast } from "../../state/toasts.js";
import {
  deleteKey,
  forgetKey,
  keepKey,
  keptKeys,
  sessionKeys,
  useForSession,
} from "../../state/vendor-keys.js";

/** @typedef {{kind: "add" | "delete", vendor: string}} Opened */

/** The vendors, each with its key. */
export function Keys() {
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

/** @param {{vendor: string, session?: string, kept?: import("../../state/vendor-keys.js").KeptKey}} props */
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
