import { html } from "htm/preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { useMay } from "../../../components/access.js";
import { Icon } from "../../../components/button.js";
import { Menu } from "../../../components/menu.js";
import { CommentForm } from "../../../discussion/place.js";
import { DecisionDialog, DecisionList } from "../../../discussion/decisions.js";
import { CommentList } from "../../../discussion/thread.js";
import { t } from "../../../i18n.js";
import { user } from "../../../state/session.js";

/**
 * @typedef {import("./review.js").Review} Review
 * @typedef {import("./review.js").Export} Export
 * @typedef {import("./review.js").Comment} Comment
 * @typedef {import("./review.js").Decision} Decision
 */

/**
 * What was decided and said about a video, and what members add to that.
 * @param {{review: Review, video: Export, title: any, mayDecide?: boolean, children?: any}} props
 *   `title` says which video it is; `mayDecide`: false where the video itself is not shown
 */
export function Comments({ review, video, title, mayDecide = true, children }) {
  const [mayComment, mayManage] = [useMay("comment"), useMay("manage")];
  const actions = useMemo(() => actionsOf(review, mayComment, mayManage), [review, mayComment, mayManage]);
  return html`<div class="comments-body">
      <${Verdict} ...${{ review, title }} mayDecide=${mayComment && mayDecide} />
      ${children}
      <${CommentList} threads=${review.threads.value} exportId=${video.id} current=${review.current.value} actions=${actions}
        rateOf=${(/** @type {string} */ each) => review.rateOf(each)} dateOf=${(/** @type {string} */ each) => review.dateOf(each)}
        hint=${t("comments.emptyTeam")} />
    </div>
    ${mayComment && html`<${Composer} review=${review} />`}`;
}

/** What was decided about the video. @param {{review: Review, title: any, mayDecide: boolean}} props */
function Verdict({ review, title, mayDecide }) {
  const [deciding, setDeciding] = useState(/** @type {Decision["decision"] | null} */ (null));
  const items = [
    { label: t("comments.approve"), icon: "thumbs-up", onSelect: () => setDeciding("approved") },
    { label: t("comments.askChanges"), icon: "message-square-text", onSelect: () => setDeciding("changes") },
  ];
  return html`<div class="verdict">
    <p class="hint">${title}</p>
    ${mayDecide && html`<${Menu} label=${t("comments.decide")} items=${items} class="button plain small"><span>${t("comments.decide")}</span><${Icon} name="chevron-down" /><//>`}
    <${DecisionList} decisions=${review.currentDecisions.value} isOwn=${isOwn} />
    ${deciding &&
    html`<${DecisionDialog} discussion=${review.discussion} exportId=${review.video.value?.id} choice=${deciding}
      open=${review.open.value.length} isOld=${review.isOld.value} onClose=${() => setDeciding(null)} />`}
  </div>`;
}

/** @param {{review: Review}} props */
function Composer({ review }) {
  /** @type {{current: HTMLElement | null}} */
  const composer = useRef(null);
  const begin = () => {
    review.player.peek()?.pause();
    requestAnimationFrame(() => composer.current?.scrollIntoView({ block: "nearest" })); // with its buttons
  };
  return html`<div class="comments-composer" ref=${composer}><${CommentForm} drafts=${review.discussion.drafts} place=${review.place} frames=${review.frames}
    rows=${1} onSend=${(/** @type {string} */ text) => review.add(text)} onFocus=${begin}>
    <p class="hint comments-readers">${t("discussion.readers")}</p>
  <//></div>`;
}

/** @param {{author: import("../../../discussion/threads.js").Author}} said */
export const isOwn = ({ author }) => author.kind === "user" && author.id === user.peek()?.id;

/**
 * What a member may do with comments.
 * @param {Review} review @param {boolean} mayComment @param {boolean} mayManage
 * @returns {import("../../../discussion/thread.js").Actions}
 */
function actionsOf(review, mayComment, mayManage) {
  const actions = {
    goTo: (/** @type {Comment} */ comment) => review.goTo(comment),
    versionOf: (/** @type {Comment} */ { exportId }) => {
      const number = review.numberOf(exportId);
      return number ? t("comments.onVersion", { number }) : undefined;
    },
    isOwn,
    mayRemove: (/** @type {Comment} */ comment) => isOwn(comment) || mayManage,
    mayResolve: () => true,
    drafts: review.discussion.drafts,
  };
  if (!mayComment) return actions;
  return {
    ...actions,
    reply: (parent, text) => review.discussion.reply(parent, text),
    edit: (comment, text) => review.discussion.change(comment, { text }),
    remove: (comment) => review.discussion.remove(comment),
    resolve: (comment, resolved) => review.resolve(comment, resolved),
  };
}
