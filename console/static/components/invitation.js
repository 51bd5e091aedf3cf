/** An invitation: what it is to, and buttons that accept or decline it. */

import { html } from "htm/preact";
import "../i18n/team.js";
import { formatTime, t } from "../i18n.js";
import { navigate } from "../router.js";
import { accept, decline } from "../state/invitations.js";
import { useRequest } from "../state/request.js";
import { toast } from "../state/toasts.js";
import { projectPage } from "../urls.js";
import { Button } from "./button.js";
import { ErrorNotice } from "./notice.js";

/** @typedef {import("../state/invitations.js").Received} Received */

/** Who invites to what. @param {Pick<Received, "invitedBy" | "projectName">} invitation */
export const headingOf = ({ invitedBy, projectName }) =>
  t("invitation.heading", { name: invitedBy.name ?? "?", project: projectName });

/** What one may do there. @param {{invitation: Received}} props */
export function Terms({ invitation }) {
  const { role, mayPay, expiresAt } = invitation;
  const parts = [
    t("invitation.as", { role: t(`team.asRole.${role}`) }),
    t(`invitation.may.${role}`),
    role === "editor" && mayPay && t("invitation.mayPay"),
    t("invitation.until", { when: formatTime(expiresAt) }),
  ];
  return html`<p class="note">${parts.filter(Boolean).join(" ")}</p>`;
}

/**
 * @param {{invitation: Received, token?: string, small?: boolean, onDeclined?: () => void}} props
 *   `token` of the link, if it was opened by one
 */
export function Answers({ invitation, token = invitation.id, small, onDeclined }) {
  const { busy, error, run } = useRequest();
  const join = () =>
    run(async () => {
      const { projectId } = await accept(token);
      toast(t("invitation.joined", { project: invitation.projectName }));
      navigate(projectPage(projectId));
    });
  const refuse = () =>
    run(async () => {
      await decline(token);
      toast(t("invitation.declined"));
      onDeclined?.();
    });
  const named = (/** @type {string} */ label) => `${label}: ${invitation.projectName}`;
  return html`<div class="buttons">
      <${Button} kind="primary" small=${small} busy=${busy} aria-label=${named(t("invitation.accept"))} onClick=${join}>
        ${t("invitation.accept")}
      <//>
      <${Button} small=${small} busy=${busy} aria-label=${named(t("invitation.decline"))} onClick=${refuse}>
        ${t("invitation.decline")}
      <//>
    </div>
    ${error && html`<${ErrorNotice} error=${error} />`}`;
}
