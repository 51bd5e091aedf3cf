import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button, Icon } from "../components/button.js";
import { DecisionDialog, DecisionList } from "../discussion/decisions.js";
import { Notice } from "../components/notice.js";
import { formatDuration, formatTime, t } from "../i18n.js";
import { currentDecisions } from "../discussion/threads.js";
import { useName } from "./gate.js";

/**
 * @typedef {import("../discussion/threads.js").Decision} Decision
 * @typedef {Decision["decision"]} Choice
 */

/** The name of the video, and what is decided about it. @param {{guest: import("../discussion/guests.js").Guest}} props */
export function Header({ guest }) {
  const { name, version, versions, mayDownload, newerExport, guest: own } = /** @type {any} */ (guest.review.value);
  const [deciding, setDeciding] = useState(/** @type {Choice | null} */ (null));
  const { identify, dialog } = useName(guest);
  const decide = async (/** @type {Choice} */ choice) => {
    if (await identify()) setDeciding(choice);
  };
  const isOwn = (/** @type {Decision} */ { author }) => author.kind === "guest" && author.id === own?.id;
  const current = currentDecisions(guest.decisions.value, version.exportId);
  const ownChoice = current.find(isOwn)?.decision;
  return html`<header class="review-header">
      <div class="review-title">
        <h1 dir="auto">${name}</h1>
        ${versions.length > 1
          ? html`<${Versions} ...${{ guest, version, versions }} />`
          : html`<p class="hint">${formatTime(version.createdAt)} · ${formatDuration(version.duration)}</p>`}
      </div>
      <div class="review-actions">
        ${mayDownload &&
        html`<a class="button plain" href=${`${version.videoUrl}&download=1`} download><${Icon} name="download" /><span>${t("review.download")}</span></a>`}
        <${Button} icon="message-square-text" onClick=${() => decide("changes")}>${t("comments.askChanges")}<//>
        <${Approve} isApproved=${ownChoice === "approved"} isOld=${newerExport} onClick=${() => decide("approved")} />
      </div>
    </header>
    <div role="status" class="newer">
      ${newerExport && html`<${Notice} action=${html`<${Button} small onClick=${() => guest.load()}>${t("review.showNewer")}<//>`}>${t("review.newer")}<//>`}
    </div>
    <${DecisionList} decisions=${current} isOwn=${isOwn} />
    ${dialog}
    ${deciding &&
    html`<${DecisionDialog}
      discussion=${guest}
      exportId=${version.exportId}
      choice=${deciding}
      open=${guest.open.value.length}
      isOld=${newerExport}
      onClose=${() => setDeciding(null)}
    />`}`;
}

/**
 * The button that approves the version. It is the main one until that is done, unless there is a newer version.
 * @param {{isApproved: boolean, isOld: boolean, onClick: () => void}} props
 */
function Approve({ isApproved, isOld, onClick }) {
  if (isApproved) return html`<${Button} icon="circle-check" class="approved" onClick=${onClick}>${t("comments.approved")}<//>`;
  return html`<${Button} kind=${isOld ? "plain" : "primary"} icon="thumbs-up" onClick=${onClick}>${t("comments.approve")}<//>`;
}

/**
 * The choice among the versions that the link has shown.
 * @param {{guest: import("../discussion/guests.js").Guest, version: import("../discussion/guests.js").Version, versions: import("../discussion/guests.js").Version[]}} props
 */
function Versions({ guest, version, versions }) {
  const nameOf = (/** @type {import("../discussion/guests.js").Version} */ { number, createdAt, duration }) =>
    t("review.version", { number, date: formatTime(createdAt), duration: formatDuration(duration) });
  return html`<label class="review-version">
    <span class="visually-hidden">${t("review.versions")}</span>
    <select value=${version.exportId} onChange=${(/** @type {any} */ { target }) => guest.load(target.value)}>
      ${versions.map((each) => html`<option value=${each.exportId} selected=${each.exportId === version.exportId}>${nameOf(each)}</option>`)}
    </select>
    <${Icon} name="chevron-down" />
  </label>`;
}
