import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { may } from "../../../components/access.js";
import { Button, Icon } from "../../../components/button.js";
import { CopyText } from "../../../components/copy-text.js";
import { DeleteDialog, Dialog, FormDialog } from "../../../components/dialogs.js";
import { Failure, Loading } from "../../../components/fallbacks.js";
import { SelectField, TextField } from "../../../components/field.js";
import { KeyField } from "../../../components/key-field.js";
import { formatAgo, formatTime, t } from "../../../i18n.js";
import "../../../i18n/team.js";
import { on } from "../../../state/events.js";
import { useLoad } from "../../../state/load.js";
import { loadProviders, providerName, vendors } from "../../../state/providers.js";
import {
  ROLES,
  deleteProjectKey,
  invite,
  keepProjectKey,
  readKeys,
  readTeam,
  revokeInvitation,
} from "../../../state/team.js";
import { toast, toastError } from "../../../state/toasts.js";
import { Leave, Members, describe } from "./members.js";

/**
 * @typedef {import("../../../state/team.js").Role} Role
 * @typedef {import("../../../state/team.js").NewInvitation} NewInvitation
 * @typedef {{id: string, name: string}} Project
 */

/**
 * Invites someone, and then shows the link, once.
 * @param {{project: Project, onMade: () => Promise<void>, onClose: () => void}} props
 */
function Invite({ project, onMade, onClose }) {
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

/** @typedef {import("../../../state/choices.js").KeptKey} KeptKey */

/** The keys of vendors that are kept for a project. @param {{project: string}} props */
function Keys({ project }) {
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
    ${keys?.length ? html`<ul class="rows">${keys.map((key) => html`<${KeyRow} key=${key.provider} kept=${key} onRemove=${setRemoved} />`)}</ul>` : null}
    ${adding && html`<${AddKey} project=${project} onAdded=${reload} onClose=${() => setAdding(false)} />`}
    ${removed && html`<${RemoveKey} project=${project} vendor=${removed} onRemoved=${reload} onClose=${() => setRemoved(null)} />`}
  </section>`;
}

/** @param {{kept: KeptKey, onRemove: (vendor: string) => void}} props */
function KeyRow({ kept, onRemove }) {
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

/** @typedef {import("../../../state/team.js").Invitation} Invitation */

/**
 * The invitations that nobody has accepted yet.
 * @param {{project: string, invitations: Invitation[], reload: () => Promise<void>}} props
 */
function Pending({ project, invitations, reload }) {
  const revoke = async (/** @type {string} */ id) => {
    try {
      await revokeInvitation(project, id);
      toast(t("team.revoked"));
    } catch (error) {
      toastError(error);
    }
    await reload();
  };
  return html`<section class="panel stack" aria-labelledby="invitations">
    <h2 id="invitations">${t("team.pending")}</h2>
    <ul class="rows people">
      ${invitations.map((each) => html`<${Row} key=${each.id} invitation=${each} onRevoke=${() => revoke(each.id)} />`)}
    </ul>
  </section>`;
}

/** @param {{invitation: Invitation, onRevoke: () => void}} props */
function Row({ invitation, onRevoke }) {
  const { email, expiresAt } = invitation;
  const name = email ?? t("team.byLink");
  return html`<li class="row">
    <span class="initials none"><${Icon} name=${email ? "mail" : "link"} /></span>
    <div class="row-text">
      <h3>${name}</h3>
      <p class="note">${describe(invitation)}</p>
    </div>
    <p class="key-state">${t("team.until", { when: formatTime(expiresAt) })}</p>
    <div class="row-actions">
      <${Button} small aria-label=${t("team.revokeNamed", { name })} onClick=${onRevoke}>${t("team.revoke")}<//>
    </div>
  </li>`;
}

/** Who else may see and edit a project. @param {{project: import("../../../documents/document.js").Document}} props */
export default function Team({ project }) {
  const { id, name, ...access } = project.value.value;
  const { data: team, error, reload } = useLoad(() => readTeam(id), [id]);
  useEffect(() => {
    const stops = [on("project", ({ projectId }) => projectId === id && reload()), on("reset", reload)];
    return () => stops.forEach((stop) => stop());
  }, [id, reload]);
  const [inviting, setInviting] = useState(false);
  const manages = may(access, "manage");
  const isShared = Boolean(team?.members.length || team?.invitations?.length);
  return html`<div class="team">
    <header class="screen-header">
      <h1>${t("team.title")}</h1>
      <div class="buttons">
        ${team && (manages
          ? html`<${Button} kind="primary" icon="user-plus" onClick=${() => setInviting(true)}>${t("team.invite")}<//>`
          : html`<${Leave} project=${{ id, name }} />`)}
      </div>
    </header>
    ${!team && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${team && html`<${Members} ...${{ project: { id, name }, team, manages, reload }} />`}
    ${team?.invitations?.length ? html`<${Pending} project=${id} invitations=${team.invitations} reload=${reload} />` : null}
    ${manages && isShared && html`<${Keys} project=${id} />`}
    ${inviting && html`<${Invite} project=${{ id, name }} onMade=${reload} onClose=${() => setInviting(false)} />`}
  </div>`;
}
