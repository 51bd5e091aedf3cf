import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { Button } from "../components/button.js";
import { Loading } from "../components/fallbacks.js";
import { PasswordField, TextField } from "../components/field.js";
import { ErrorNotice, Notice } from "../components/notice.js";
import { t } from "../i18n.js";
import { useLoad } from "../state/load.js";
import { ended, logIn, readRegistration, register, restoreSession } from "../state/session.js";
import { useTitle } from "../state/title.js";

const LOGO = import.meta.resolve("../icon.svg");

/**
 * Log in, or create an account.
 * @param {{lead?: any, email?: string}} props what it is for, and the address that it takes, if that is known
 */
export default function Login({ lead, email = "" }) {
  const { data: registration, error } = useLoad(readRegistration, []);
  const [chosen, setNew] = useState(/** @type {boolean | null} */ (null));
  const isOpen = registration?.open ?? true;
  const isFirst = isOpen && (registration?.first ?? false);
  const needsCode = registration?.needsSetupCode ?? false;
  const isNew = isOpen && (chosen ?? isFirst);
  const title = t(isNew ? (isFirst ? "login.firstTitle" : "login.registerTitle") : "login.title");
  useTitle([{ label: title }]);
  /** @type {{current: HTMLElement | null}} */
  const box = useRef(null);
  useEffect(() => {
    if (chosen !== null) box.current?.querySelector("input")?.focus();
  }, [chosen]);
  if (!registration && !error) return html`<${Loading} />`;
  return html`<div class="login">
    <div class="login-box" ref=${box}>
      <img class="login-logo" src=${LOGO} alt="" />
      <h1>${title}</h1>
      <p class="login-lead">${lead ?? t(isFirst ? "login.firstText" : "login.lead")}</p>
      <${Ended} />
      <${Form} key=${isNew} ...${{ isNew, needsCode, email }} />
      ${isOpen && html`<${Other} isNew=${isNew} onChange=${() => setNew(!isNew)} />`}
      ${!isOpen && html`<p class="login-hint">${t("login.closed")}</p>`}
      ${!isNew && html`<p class="login-hint">${t("login.forgotten")}</p>`}
    </div>
  </div>`;
}

/** Why the user has to log in again. */
function Ended() {
  if (!ended.value) return null;
  if (!ended.value.isReplaced) return html`<${Notice}>${t("login.ended")}<//>`;
  const action = html`<${Button} small onClick=${restoreSession}>${t("login.useOther")}<//>`;
  return html`<${Notice} kind="warning" action=${action}><p>${t("login.replaced")}</p><//>`;
}

/** @param {{isNew: boolean, onChange: () => void}} props */
function Other({ isNew, onChange }) {
  return html`<p class="login-other">
    <span>${t(isNew ? "login.toLogin" : "login.toRegister")}</span>
    <button type="button" class="text-button" onClick=${onChange}>
      ${t(isNew ? "login.submit" : "login.register")}
    </button>
  </p>`;
}

/** @param {{isNew: boolean, needsCode: boolean, email: string}} props `needsCode` is for a new account */
function Form({ isNew, needsCode, email: given }) {
  const [values, setValues] = useState({ email: given, password: "", name: "", setupCode: "" });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const change = (/** @type {string} */ field) => (/** @type {string} */ value) =>
    setValues((before) => ({ ...before, [field]: value }));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { email, password, name, setupCode } = values;
      const code = needsCode ? { setupCode } : {};
      await (isNew ? register({ email, password, name, ...code }) : logIn({ email, password }));
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  const fields = error?.fields ?? {};
  return html`<form class="stack" onSubmit=${send}>
    ${isNew &&
    html`<${TextField}
      label=${t("login.name")}
      name="name"
      value=${values.name}
      onInput=${change("name")}
      error=${fields.name}
      autocomplete="name"
      maxlength="200"
      required
    />`}
    <${TextField}
      label=${t("login.email")}
      name="email"
      type="email"
      value=${values.email}
      onInput=${change("email")}
      error=${fields.email}
      autocomplete="username"
      autocapitalize="off"
      spellcheck=${false}
      required
    />
    <${PasswordField}
      label=${t("login.password")}
      name="password"
      value=${values.password}
      onInput=${change("password")}
      error=${fields.password}
      hint=${isNew ? t("login.passwordHint") : undefined}
      autocomplete=${isNew ? "new-password" : "current-password"}
      minlength=${isNew ? 8 : undefined}
      required
    />
    ${isNew &&
    needsCode &&
    html`<${TextField}
      label=${t("login.setupCode")}
      name="setupCode"
      value=${values.setupCode}
      onInput=${change("setupCode")}
      error=${fields.setupCode}
      hint=${t("login.setupCodeHint")}
      autocomplete="off"
      autocapitalize="off"
      spellcheck=${false}
      maxlength="100"
      required
    />`}
    ${error && !Object.keys(fields).length && html`<${ErrorNotice} error=${error} />`}
    <${Button} type="submit" kind="primary" class="block" busy=${busy}>
      ${t(isNew ? "login.register" : "login.submit")}
    <//>
  </form>`;
}
