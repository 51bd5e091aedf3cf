import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n.js";
import { PasswordField } from "../../parts/field.js";
import { FormDialog } from "../../parts/form-dialog.js";
import { keepKey, useForSession } from "../../state/keys.js";
import { toast } from "../../state/toasts.js";

/**
 * Asks for a vendor's key, and where it is to be.
 * @param {{vendor: string, name: string, onClose: () => void}} props
 */
export function KeyDialog({ vendor, name, onClose }) {
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
    <${PasswordField}
      label=${t("keys.key")}
      value=${key}
      onInput=${setKey}
      autocomplete="off"
      spellcheck=${false}
      maxlength="500"
      pattern="\\s*[!-~]+\\s*"
      title=${t("keys.pattern")}
      required
      autofocus
    />
    <fieldset class="field choices">
      <legend>${t("keys.where")}</legend>
      ${option("server")} ${option("session")}
    </fieldset>
  <//>`;
}
