import { html } from "htm/preact";
import { Button, Icon } from "../../../components/button.js";
import { formatTime, t } from "../../../i18n.js";
import { revokeInvitation } from "../../../state/team.js";
import { toast, toastError } from "../../../state/toasts.js";
import { describe } from "./members.js";

/** @typedef {import("../../../state/team.js").Invitation} Invitation */

/**
 * The invitations that nobody has accepted yet.
 * @param {{project: string, invitations: Invitation[], reload: () => Promise<void>}} props
 */
export function Pending({ project, invitations, reload }) {
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
