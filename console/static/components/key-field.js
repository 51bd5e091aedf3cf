import { html } from "htm/preact";
import { t } from "../i18n.js";
import { PasswordField } from "./field.js";

/**
 * A vendor's key, in a dialog.
 * @param {{value: string, onInput: (value: string) => void, [attribute: string]: any}} props
 */
export function KeyField(props) {
  return html`<${PasswordField}
    label=${t("keys.key")}
    autocomplete="off"
    spellcheck=${false}
    maxlength="500"
    pattern="\\s*[!-~]+\\s*"
    title=${t("keys.pattern")}
    required
    autofocus
    ...${props}
  />`;
}
