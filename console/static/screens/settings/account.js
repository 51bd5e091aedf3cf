import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button, Icon } from "../../components/button.js";
import { DeleteDialog } from "../../components/dialogs.js";
import { PasswordField, SelectField } from "../../components/field.js";
import { Notice } from "../../components/notice.js";
import { LANGUAGES } from "../../facts.js";
import { t } from "../../i18n.js";
import { ownNameOf } from "../../languages.js";
import { useLoad } from "../../state/load.js";
import { useRequest } from "../../state/request.js";
import { changePassword, chooseLanguage, logOut, readRegistration, user } from "../../state/session.js";
import { setTheme, theme } from "../../state/theme.js";
import { toast, toastError } from "../../state/toasts.js";

/** @type {import("../../state/theme.js").Theme[]} */
const THEMES = ["system", "light", "dark"];
const VERSION = document.querySelector("meta[name=version]")?.getAttribute("content") ?? "";

/** The user's account, and how the page looks. */
export default function Account() {
  const [ending, setEnding] = useState(false);
  return html`
    <section class="panel stack" aria-labelledby="account">
      <h2 id="account">${t("settings.account")}</h2>
      <dl class="facts">
        <dt>${t("common.name")}</dt><dd dir="auto">${user.value?.name}</dd>
        <dt>${t("login.email")}</dt><dd>${user.value?.email}</dd>
      </dl>
      <div class="buttons">
        <${Button} icon="log-out" onClick=${() => logOut().catch(toastError)}>${t("nav.logOut")}<//>
        <${Button} onClick=${() => setEnding(true)}>${t("settings.logOutEverywhere")}<//>
      </div>
    </section>
    <${Password} />
    <section class="panel stack" aria-labelledby="look">
      <h2 id="look">${t("settings.look")}</h2>
      <fieldset class="field choices across">
        <legend class="visually-hidden">${t("settings.theme")}</legend>
        ${THEMES.map(
          (id) => html`<label class="check">
            <input type="radio" name="theme" checked=${theme.value === id} onChange=${() => setTheme(id)} />
            <span>${t(`theme.${id}`)}</span>
          </label>`,
        )}
      </fieldset>
      <${Language} />
    </section>
    <${Registration} />
    <section class="panel stack" aria-labelledby="developers">
      <h2 id="developers">${t("settings.developers")}</h2>
      <p class="note">${t("settings.developersText")}</p>
      <div>
        <a class="button plain" href="/api/docs"><${Icon} name="blocks" /><span>${t("nav.api")}</span></a>
      </div>
      <p class="note">${t("settings.version", { version: VERSION })}</p>
    </section>
    ${ending && html`<${LogOutEverywhere} onClose=${() => setEnding(false)} />`}
  `;
}

/** The language of the page, in all browsers of the user. */
function Language() {
  const options = LANGUAGES.map((id) => ({ value: id, label: ownNameOf(id) }));
  return html`<${SelectField}
    label=${t("settings.language")}
    value=${user.value?.language ?? ""}
    options=${[{ value: "", label: t("settings.browserLanguage") }, ...options]}
    onInput=${(/** @type {string} */ id) => chooseLanguage(id || null).catch(toastError)}
  />`;
}

/** Who can create accounts. */
function Registration() {
  const { data: registration } = useLoad(readRegistration, []);
  if (!registration) return null;
  return html`<section class="panel stack" aria-labelledby="registration">
    <h2 id="registration">${t("settings.registration")}</h2>
    <p class="note">${t(registration.open ? "settings.registrationOpen" : "settings.registrationClosed")}</p>
  </section>`;
}

/** @param {{onClose: () => void}} props */
function LogOutEverywhere({ onClose }) {
  return html`<${DeleteDialog}
    title=${t("settings.logOutTitle")}
    submit=${t("settings.logOutEverywhere")}
    onSubmit=${() => logOut({ everywhere: true })}
    onClose=${onClose}
  >
    <p>${t("settings.logOutText")}</p>
  <//>`;
}

function Password() {
  const [values, setValues] = useState({ current: "", password: "" });
  const { busy, error, run } = useRequest();
  const change = async () => {
    await changePassword(values.current, values.password);
    setValues({ current: "", password: "" });
    toast(t("settings.passwordChanged"));
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    run(change);
  };
  const { current, new: fresh } = error?.fields ?? {};
  return html`<section class="panel" aria-labelledby="password">
    <form class="stack narrow" onSubmit=${submit}>
      <header class="section-header">
        <h2 id="password">${t("settings.password")}</h2>
        <p class="note">${t("settings.passwordText")}</p>
      </header>
      <input type="text" class="visually-hidden" autocomplete="username" value=${user.value?.email} tabindex="-1" aria-hidden="true" readonly />
      <${PasswordField}
        label=${t("settings.currentPassword")}
        value=${values.current}
        error=${current}
        autocomplete="current-password"
        onInput=${(/** @type {string} */ text) => setValues({ ...values, current: text })}
        required
      />
      <${PasswordField}
        label=${t("settings.newPassword")}
        hint=${t("login.passwordHint")}
        value=${values.password}
        error=${fresh}
        autocomplete="new-password"
        minlength="8"
        onInput=${(/** @type {string} */ text) => setValues({ ...values, password: text })}
        required
      />
      ${error && !current && !fresh && html`<${Notice} kind="error">${error.text}<//>`}
      <div><${Button} type="submit" kind="primary" busy=${busy}>${t("settings.changePassword")}<//></div>
    </form>
  </section>`;
}
