import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { CopyText } from "../../../components/copy-text.js";
import { Button } from "../../../components/button.js";
import { Dialog, FormDialog } from "../../../components/dialogs.js";
import { TextField } from "../../../components/field.js";
import { formatTime, t } from "../../../i18n.js";
import { ROLES, invite } from "../../../state/team.js";

/**
 * @typedef {import("../../../state/team.js").Role} Role
 * @typedef {import("../../../state/team.js").NewInvitation} NewInvitation
 * @typedef {{id: string, name: string}} Project
 */

/**
 * Invites someone, and then shows the link, once.
 * @param {{project: Project, onMade: () => Promise<void>, onClose: () => void}} props
 */
export function Invite({ project, onMade, onClose }) {
  const [made, setMade] = useState(/** @type {NewInvitation | null} */ (null));
  if (made) return html`<${Made} invitation=${made} onClose=${onClose} />`;
  return html`<${Offer} ...${{ project, onMade, onClose, setMade }} />`;
}

/**
 * Asks who is invited, and as what.
 * @param {{project: Project, onMade: () => Promise<void>, onClose: () => void,
 *   setMade: (made: NewInvitation) => void}} props
 */
function Offer({ project, onMade, onClose, setMade }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState(/** @type {Role} */ ("editor"));
  const [mayPay, setPay] = useState(false);
  const submit = async () => {
    const address = email.trim();
    const pays = role === "editor" && mayPay;
    const made = await invite(project.id, { role, mayPay: pays, ...(address && { email: address }) });
    setMade(made);
    await onMade();
  };
  return html`<${FormDialog}
    title=${t("team.inviteTitle", { name: project.name })}
    submit=${t("team.makeInvitation")}
    onSubmit=${submit}
    onClose=${onClose}
    onDone=${() => {}}
  >
    <${TextField}
      label=${t("team.email")}
      type="email"
      hint=${t("team.emailHint")}
      value=${email}
      onInput=${setEmail}
      autocomplete="off"
      maxlength="254"
      optional
      autofocus
    />
    <fieldset class="field choices">
      <legend>${t("team.chooseRole")}</legend>
      ${ROLES.map((each) => html`<${RoleChoice} key=${each} role=${each} chosen=${role} onChoose=${setRole} />`)}
    </fieldset>
    ${role === "editor" &&
    html`<label class="check">
      <input type="checkbox" checked=${mayPay} onChange=${() => setPay(!mayPay)} />
      <span>${t("team.mayPay")}<span class="note">${t("team.mayPayHint")}</span></span>
    </label>`}
  <//>`;
}

/** @param {{role: Role, chosen: Role, onChoose: (role: Role) => void}} props */
function RoleChoice({ role, chosen, onChoose }) {
  return html`<label class="choice">
    <input type="radio" name="role" value=${role} checked=${role === chosen} onChange=${() => onChoose(role)} />
    <span><strong>${t(`projects.roles.${role}`)}</strong><span class="note">${t(`team.roleTexts.${role}`)}</span></span>
  </label>`;
}

/** The link of a new invitation. @param {{invitation: NewInvitation, onClose: () => void}} props */
function Made({ invitation, onClose }) {
  const { email, role, url, expiresAt } = invitation;
  const when = formatTime(expiresAt);
  const text = email ? t("team.madeFor", { email, when }) : t("team.madeLink", { role: t(`team.asRole.${role}`), when });
  return html`<${Dialog} title=${t("team.made")} onClose=${onClose}>
    <div class="stack">
      <p>${text}</p>
      <${CopyText} autofocus label=${t("team.link")} text=${url} />
      <p class="hint">${t("team.onlyNow")}</p>
      <footer class="dialog-footer"><${Button} kind="primary" onClick=${onClose}>${t("team.done")}<//></footer>
    </div>
  <//>`;
}
