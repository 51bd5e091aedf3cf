import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { Button, Icon } from "../components/button.js";
import { FormDialog } from "../components/dialogs.js";
import { PasswordField, TextField } from "../components/field.js";
import { t } from "../i18n.js";

const LONGEST_NAME = 100;

/** Asks for the password of a link, and who the guest is. @param {{guest: import("../discussion/guests.js").Guest}} props */
export function PasswordGate({ guest }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await guest.join(name.trim(), password);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(textOf(failure));
      setBusy(false);
    }
  };
  return html`<section class="gate panel stack" aria-labelledby="gate-title">
    <span class="empty-icon"><${Icon} name="lock" /></span>
    <h1 id="gate-title">${t("review.protected")}</h1>
    <p class="hint">${t("review.protectedText")}</p>
    <form class="stack" onSubmit=${send}>
      <${PasswordField} label=${t("review.password")} value=${password} onInput=${setPassword} error=${error}
        autocomplete="off" required autofocus />
      <${NameField} value=${name} onInput=${setName} />
      <${Button} type="submit" kind="primary" class="block" busy=${busy}>${t("review.open")}<//>
    </form>
  </section>`;
}

/** @param {{value: string, onInput: (value: string) => void, [attribute: string]: any}} props */
function NameField(props) {
  return html`<${TextField} label=${t("review.name")} hint=${t("review.askText")} required autocomplete="name"
    maxlength=${LONGEST_NAME} ...${props} />`;
}

/** @param {ApiError} error */
function textOf(error) {
  if (error.status === 429) return t("review.throttled", { count: Math.max(1, error.retryAfter) });
  return error.status === 401 || error.status === 403 ? t("review.wrongPassword") : error.text;
}

/**
 * Asks once who the guest is, before the first thing that is sent.
 * @param {{guest: import("../discussion/guests.js").Guest, onDone: () => void, onClose: () => void}} props
 */
export function NameDialog({ guest, onDone, onClose }) {
  const [name, setName] = useState("");
  return html`<${FormDialog} title=${t("review.askTitle")} submit=${t("review.continue")} onSubmit=${() => guest.join(name.trim())}
    onDone=${onDone} onClose=${onClose}>
    <${NameField} value=${name} onInput=${setName} autofocus />
  <//>`;
}

/**
 * Return a function that lets a guest say who they are if that is not known, and the dialog for that.
 * The function returns false if they have not.
 * @param {import("../discussion/guests.js").Guest} guest
 * @returns {{identify: () => Promise<boolean>, dialog: any}}
 */
export function useName(guest) {
  const [answer, setAnswer] = useState(/** @type {{with: (known: boolean) => void} | null} */ (null));
  const identify = () => {
    if (guest.review.peek()?.guest) return Promise.resolve(true);
    return new Promise((resolve) => setAnswer({ with: resolve }));
  };
  const finish = (/** @type {boolean} */ known) => {
    setAnswer(null);
    answer?.with(known);
  };
  const dialog = answer && html`<${NameDialog} guest=${guest} onDone=${() => finish(true)} onClose=${() => finish(false)} />`;
  return { identify: /** @type {() => Promise<boolean>} */ (identify), dialog };
}
