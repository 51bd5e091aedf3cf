import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../../components/button.js";
import { DeleteDialog, FormDialog } from "../../../components/dialogs.js";
import { SelectField } from "../../../components/field.js";
import { Failure } from "../../../components/fallbacks.js";
import { KeyField } from "../../../components/key-field.js";
import { formatAgo, t } from "../../../i18n.js";
import { useLoad } from "../../../state/load.js";
import { loadProviders, providerName, vendors } from "../../../state/providers.js";
import { deleteProjectKey, keepProjectKey, readKeys } from "../../../state/team.js";
import { toast } from "../../../state/toasts.js";

/** @typedef {import("../../../state/vendor-keys.js").KeptKey} KeptKey */

/** The keys of vendors that are kept for a project. @param {{project: string}} props */
export function Keys({ project }) {
  const { data: keys, error, reload } = useLoad(() => readKeys(project), [project]);
  const [adding, setAdding] = useState(false);
  const [removed, setRemoved] = useState(/** @type {string | null} */ (null));
  useEffect(() => {
    loadProviders();
  }, []);
  const add = html`<${Button} icon="plus" onClick=${() => setAdding(true)}>${t("team.addKey")}<//>`;
  return html`<section class="panel stack" aria-labelledby="project-keys">
    <header class="section-header with-action">
      <div><h2 id="project-keys">${t("team.keys")}</h2><p class="note">${t("team.keysLead")}</p></div>
      ${vendors.value.length > 0 && add}
    </header>
    ${error && !keys && html`<${Failure} error=${error} />`}
    ${keys?.length === 0 && html`<p class="note">${t("team.noKeys")}</p>`}
    ${keys?.length ? html`<ul class="rows">${keys.map((key) => html`<${Row} key=${key.provider} kept=${key} onRemove=${setRemoved} />`)}</ul>` : null}
    ${adding && html`<${AddKey} project=${project} onAdded=${reload} onClose=${() => setAdding(false)} />`}
    ${removed && html`<${RemoveKey} project=${project} vendor=${removed} onRemoved=${reload} onClose=${() => setRemoved(null)} />`}
  </section>`;
}

/** @param {{kept: KeptKey, onRemove: (vendor: string) => void}} props */
function Row({ kept, onRemove }) {
  const { provider, last4, updatedAt } = kept;
  const name = providerName(provider);
  return html`<li class="row">
    <div class="row-text">
      <h3>${name}</h3>
      <p class="note">${t("keys.keptSince", { when: formatAgo(updatedAt) })}</p>
    </div>
    <p class="key-state">${last4 && t("team.keyKept", { last4 })}</p>
    <div class="row-actions">
      <${Button} small aria-label=${`${t("keys.remove")}: ${name}`} onClick=${() => onRemove(provider)}>${t("keys.remove")}<//>
    </div>
  </li>`;
}

/** @param {{project: string, onAdded: () => Promise<void>, onClose: () => void}} props */
function AddKey({ project, onAdded, onClose }) {
  const [vendor, setVendor] = useState(vendors.value[0]);
  const [key, setKey] = useState("");
  const submit = async () => {
    await keepProjectKey(project, vendor, key.trim());
    toast(t("team.keyAdded", { name: providerName(vendor) }));
    await onAdded();
  };
  const options = vendors.value.map((value) => ({ value, label: providerName(value) }));
  return html`<${FormDialog} title=${t("team.addKey")} submit=${t("team.addKey")} onSubmit=${submit} onClose=${onClose}>
    <${SelectField} label=${t("team.vendor")} value=${vendor} onInput=${setVendor} options=${options} />
    <${KeyField} value=${key} onInput=${setKey} hint=${t("team.keyHint")} />
  <//>`;
}

/** @param {{project: string, vendor: string, onRemoved: () => Promise<void>, onClose: () => void}} props */
function RemoveKey({ project, vendor, onRemoved, onClose }) {
  const name = providerName(vendor);
  const submit = async () => {
    await deleteProjectKey(project, vendor);
    toast(t("keys.removed", { name }));
    await onRemoved();
  };
  return html`<${DeleteDialog} title=${t("keys.removeTitle", { name })} submit=${t("keys.remove")} onSubmit=${submit} onClose=${onClose}>
    <p>${t("team.removeKeyText")}</p>
  <//>`;
}
