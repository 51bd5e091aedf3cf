/** What people decided about a version of a video. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { known, t } from "../i18n.js";
import { LONGEST, decisionSaid } from "./threads.js";
import { Ago } from "../components/ago.js";
import { Icon } from "../components/button.js";
import { FormDialog } from "../components/dialogs.js";
import { TextArea } from "../components/field.js";
import { Notice } from "../components/notice.js";
import { messageWith } from "./drafts.js";

/** @typedef {import("./threads.js").Decision} Decision */

/**
 * @param {{decisions: Decision[], isOwn: (decision: Decision) => boolean}} props  `decisions`: the current ones
 */
export function DecisionList({ decisions, isOwn }) {
  return html`<ul class="decisions" aria-live="polite">
    ${decisions.map((each) => {
      const { decision, text, author, createdAt } = each;
      return html`<li key=${`${author.kind} ${author.id}`} class=${`decision ${decision}`}>
        <${Icon} name=${decision === "approved" ? "circle-check" : "message-square-text"} />
        <div>
          <p>
            <strong dir="auto">${isOwn(each) ? t(known(`comments.decidedBySelf.${decision}`, "comments.decidedBySelf.other")) : decisionSaid(each)}</strong>
            ${" "}<span class="hint"><${Ago} at=${createdAt} /></span>
          </p>
          ${text && html`<p class="comment-text" dir="auto">${text}</p>`}
        </div>
      </li>`;
    })}
  </ul>`;
}

/**
 * Asks for a message that goes with a decision, and sends them. What is typed is kept until then.
 * @param {{discussion: import("./model.js").Discussion, exportId: string, choice: Decision["decision"], onClose: () => void,
 *   open: number, isOld?: boolean}} props  `open`: how many comments are; `isOld`: there is a newer version
 */
export function DecisionDialog({ discussion, exportId, choice, onClose, open, isOld }) {
  const { drafts } = discussion;
  const draft = messageWith(choice);
  const [text, setText] = useState(drafts.get(draft).text);
  const isApproval = choice === "approved";
  const type = (/** @type {string} */ typed) => {
    setText(typed);
    drafts.keep(draft, { text: typed });
  };
  const send = async () => {
    await discussion.decide(exportId, choice, text.trim());
    drafts.keep(draft, { text: "" });
  };
  return html`<${FormDialog}
    title=${t(isApproval ? "comments.approveTitle" : "comments.changesTitle")}
    submit=${t(isApproval ? "comments.approve" : "comments.askChanges")}
    onSubmit=${send}
    onClose=${onClose}
  >
    <p>${t(isApproval ? "comments.approveText" : "comments.changesText")}</p>
    ${isApproval && open > 0 && html`<${Notice}>${t("comments.stillOpen", { count: open })}<//>`}
    ${isOld && html`<${Notice}>${t("review.newer")}<//>`}
    <${TextArea} label=${t("comments.message")} optional limit=${LONGEST} value=${text} onInput=${type} />
  <//>`;
}
