import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../../components/button.js";
import { Failure, Loading } from "../../../components/fallbacks.js";
import "../../../i18n/team.js";
import { t } from "../../../i18n.js";
import { on } from "../../../state/events.js";
import { useLoad } from "../../../state/load.js";
import { may } from "../../../state/rights.js";
import { readTeam } from "../../../state/team.js";
import { Invite } from "./invite.js";
import { Keys } from "./keys.js";
import { Leave, Members } from "./members.js";
import { Pending } from "./pending.js";

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
