import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { FormDialog } from "../../components/dialogs.js";
import { NameField, SelectField } from "../../components/field.js";
import { SCOPES } from "../../facts.js";
import { t } from "../../i18n.js";
import { makeToken } from "../../state/tokens.js";

const DAYS = ["30", "90", "365", ""];

/**
 * Makes an API token.
 * @param {{name?: string, onMade?: () => Promise<void>, onClose: () => void}} props
 */
export function NewToken({ name: suggested = "", onMade, onClose }) {
  const [name, setName] = useState(suggested);
  const [scopes, setScopes] = useState(new Set(SCOPES));
  const [days, setDays] = useState("90");
  const toggle = (/** @type {string} */ scope) =>
    setScopes(new Set(SCOPES.filter((each) => scopes.has(each) !== (each === scope))));
  const submit = async () => {
    await makeToken({ name: name.trim(), scopes: [...scopes], expiresInDays: days ? Number(days) : null });
    await onMade?.();
  };
  return html`<${FormDialog} title=${t("settings.newToken")} submit=${t("settings.makeToken")} onSubmit=${submit} onClose=${onClose}>
    <${NameField} hint=${t("settings.tokenNameHint")} value=${name} onInput=${setName} maxlength="100" />
    <fieldset class="field choices">
      <legend>${t("settings.scopes")}</legend>
      ${SCOPES.map(
        (scope) => html`<label class="check">
          <input type="checkbox" checked=${scopes.has(scope)} onChange=${() => toggle(scope)} />
          <span><code>${scope}</code> <span class="note">${t(`settings.scopeTexts.${scope}`)}</span></span>
        </label>`,
      )}
    </fieldset>
    <${SelectField}
      label=${t("settings.expiry")}
      value=${days}
      onInput=${setDays}
      options=${DAYS.map((value) => ({ value, label: t(`settings.expiries.${value || "never"}`) }))}
    />
  <//>`;
}
