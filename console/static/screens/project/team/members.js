import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../../api.js";
import { Button } from "../../../components/button.js";
import { DeleteDialog, FormDialog } from "../../../components/dialogs.js";
import { ListSelect } from "../../../components/grid.js";
import { Menu } from "../../../components/menu.js";
import { Initials } from "../../../components/person.js";
import { nameIn, t } from "../../../i18n.js";
import { navigate } from "../../../router.js";
import { forgetProject } from "../../../state/projects.js";
import { user } from "../../../state/session.js";
import { ROLES, changeMember, handOver, leaveProject, removeMember } from "../../../state/team.js";
import { toast, toastError } from "../../../state/toasts.js";

/**
 * @typedef {import("../../../state/team.js").Team} TeamData
 * @typedef {import("../../../state/team.js").Member} Member
 * @typedef {{id: string, name: string}} Project
 * @typedef {{kind: "remove" | "handOver", member: Member}} Opened
 */

/**
 * The owner and the members of a project.
 * @param {{project: Project, team: TeamData, manages: boolean, reload: () => Promise<void>}} props
 */
export function Members({ project, team, manages, reload }) {
  const [opened, setOpened] = useState(/** @type {Opened | null} */ (null));
  const dialog = { project, member: opened?.member, reload, onClose: () => setOpened(null) };
  const { owner, members } = team;
  return html`<section class="panel stack" aria-labelledby="members">
    <header class="section-header">
      <h2 id="members">${t("team.members")}</h2>
      <p class="note">${t(members.length ? "team.lead" : "team.alone")}</p>
    </header>
    <ul class="rows people">
      <${Row} person=${owner}><p class="key-state">${t("projects.roles.owner")}</p><//>
      ${members.map(
        (member) => html`<${Row} key=${member.userId} person=${member}>
          ${manages
            ? html`<${Controls} ...${{ project, member, reload, open: setOpened }} />`
            : html`<p class="key-state">${describe(member)}</p>`}
        <//>`,
      )}
    </ul>
    ${opened?.kind === "remove" && html`<${Remove} ...${dialog} />`}
    ${opened?.kind === "handOver" && html`<${HandOver} ...${dialog} />`}
  </section>`;
}

/** @param {{person: import("../../../state/team.js").Person, children: any}} props */
function Row({ person, children }) {
  const isUser = person.userId === user.value?.id;
  return html`<li class="row">
    <${Initials} ...${person} />
    <div class="row-text">
      <h3><bdi>${nameOf(person)}</bdi>${isUser && html` <span class="optional">(${t("team.you")})</span>`}</h3>
      <p class="note">${person.email}</p>
    </div>
    ${children}
  </li>`;
}

/**
 * A role, and whether those who have it may pay.
 * @param {{role: string, mayPay: boolean}} member
 */
export const describe = ({ role, mayPay }) =>
  role === "editor" && mayPay ? `${t("projects.roles.editor")}, ${t("team.pays")}` : nameIn("projects.roles", role);

/**
 * What the owner may change of a member.
 * @param {{project: Project, member: Member, reload: () => Promise<void>, open: (opened: Opened) => void}} props
 */
function Controls({ project, member, reload, open }) {
  const { userId, role, mayPay } = member;
  const name = nameOf(member);
  const change = async (/** @type {object} */ fields, /** @type {string} */ done) => {
    try {
      await changeMember(project.id, userId, fields);
      toast(done);
    } catch (error) {
      toastError(error);
    }
    await reload();
  };
  const setRole = (/** @type {any} */ chosen) => {
    const done = [t("team.roleChanged", { name, role: t(`team.asRole.${chosen}`) })];
    if (role === "editor") done.push(t("team.linksEnded"));
    change({ role: chosen }, done.join(". "));
  };
  const setPay = () => change({ mayPay: !mayPay }, t(`team.payChanged.${mayPay ? "no" : "yes"}`, { name }));
  const items = [
    { label: t("team.handOver"), icon: "key-round", onSelect: () => open({ kind: "handOver", member }) },
    { label: t("team.remove"), icon: "trash-2", danger: true, onSelect: () => open({ kind: "remove", member }) },
  ];
  return html`<div class="member-controls">
      <${ListSelect} label=${t("team.role", { name })} value=${role} onInput=${setRole} options=${roleOptions()} />
      ${role === "editor" &&
      html`<label class="check">
        <input type="checkbox" checked=${mayPay} aria-label=${t("team.mayPayNamed", { name })} onChange=${setPay} />
        <span>${t("team.mayPay")}</span>
      </label>`}
    </div>
    <${Menu} label=${t("team.actions", { name })} items=${items} />`;
}

const roleOptions = () => ROLES.map((value) => ({ value, label: t(`projects.roles.${value}`) }));

/** @param {{name: string | null}} person */
const nameOf = ({ name }) => name ?? t("team.nobody");

/** @param {{project: Project, member: Member, reload: () => Promise<void>, onClose: () => void}} props */
function Remove({ project, member, reload, onClose }) {
  const name = nameOf(member);
  const submit = async () => {
    await removeMember(project.id, member.userId).catch(unlessGone);
    toast(t("team.removed", { name }));
    await reload();
  };
  return html`<${DeleteDialog} title=${t("team.removeTitle", { name })} submit=${t("team.removeSubmit")} onSubmit=${submit} onClose=${onClose}>
    <p>${t("team.removeText")}</p>
  <//>`;
}

/** A member who has left meanwhile is gone as well. @param {unknown} error */
function unlessGone(error) {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
}

/** @param {{project: Project, member: Member, reload: () => Promise<void>, onClose: () => void}} props */
function HandOver({ project, member, reload, onClose }) {
  const name = nameOf(member);
  const submit = async () => {
    await handOver(project.id, member.userId);
    toast(t("team.handedOver", { name }));
    await reload();
  };
  return html`<${FormDialog} title=${t("team.handOverTitle", { name })} submit=${t("team.handOverSubmit")} onSubmit=${submit} onClose=${onClose}>
    <div class="prose"><p>${t("team.handOverText", { name })}</p></div>
  <//>`;
}

/** Lets a member leave. @param {{project: Project}} props */
export function Leave({ project }) {
  const [asking, setAsking] = useState(false);
  const { id, name } = project;
  const submit = async () => {
    await leaveProject(id);
    forgetProject(id);
    toast(t("team.left", { name }));
    navigate("/");
  };
  return html`<${Button} icon="log-out" onClick=${() => setAsking(true)}>${t("team.leave")}<//>
    ${asking &&
    html`<${DeleteDialog} title=${t("team.leaveTitle", { name })} submit=${t("team.leave")} onSubmit=${submit} onClose=${() => setAsking(false)}>
      <p>${t("team.leaveText")}</p>
    <//>`}`;
}
