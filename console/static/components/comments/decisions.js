/** What people decided about a version of a video. */

import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { known, t } from "../../i18n.js";
import { LONGEST, decisionSaid } from "../../state/comment-threads.js";
import { Ago } from "../ago.js";
import { Icon } from "../button.js";
import { FormDialog } from "../dialogs.js";
import { TextArea } from "../field.js";
import { Notice } from "../notice.js";
import { newKey } from "./text-form.js";

/** @typedef {import("../../state/comment-threads.js").Decision} Decision */

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
 * Asks for a message that goes with a decision.
 * @param {{choice: Decision["decision"], onSend: (text: string, key: string) => Promise<any>, onClose: () => void,
 *   kept?: string, onType?: (text: string) => void, open: number, isOld?: boolean}} props
 *   `onSend` gets the same key until it has succeeded; `kept` was typed before; `open`: how many comments are; `isOld`:
 *   there is a newer version
 */
export function DecisionDialog({ choice, onSend, onClose, kept = "", onType, open, isOld }) {
  const [text, setText] = useState(kept);
  const key = useRef(newKey());
  const isApproval = choice === "approved";
  const type = (/** @type {string} */ typed) => {
    setText(typed);
    onType?.(typed);
  };
  return html`<${FormDialog}
    title=${t(isApproval ? "comments.approveTitle" : "comments.changesTitle")}
    submit=${t(isApproval ? "comments.approve" : "comments.askChanges")}
    onSubmit=${() => onSend(text.trim(), key.current)}
    onClose=${onClose}
  >
    <p>${t(isApproval ? "comments.approveText" : "comments.changesText")}</p>
    ${isApproval && open > 0 && html`<${Notice}>${t("comments.stillOpen", { count: open })}<//>`}
    ${isOld && html`<${Notice}>${t("review.newer")}<//>`}
    <${TextArea} label=${t("comments.message")} optional limit=${LONGEST} value=${text} onInput=${type} />
  <//>`;
}
