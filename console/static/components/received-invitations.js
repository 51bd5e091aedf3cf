import { html } from "htm/preact";
import { received } from "../state/invitations.js";
import { Icon } from "./button.js";
import { Answers, Terms, headingOf } from "./invitation.js";

/** The invitations for the user's account, above the projects. */
export default function ReceivedInvitations() {
  return received.value.map(
    (invitation) => html`<section key=${invitation.id} class="panel invitation-row" aria-label=${headingOf(invitation)}>
      <span class="initials none"><${Icon} name="mail" /></span>
      <div class="row-text">
        <h2 dir="auto">${headingOf(invitation)}</h2>
        <${Terms} invitation=${invitation} />
      </div>
      <${Answers} invitation=${invitation} />
    </section>`,
  );
}
