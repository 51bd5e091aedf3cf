import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { CommentForm } from "../discussion/comment-form.js";
import { CommentList } from "../discussion/list.js";
import { threadsOf } from "../discussion/threads.js";
import { t } from "../i18n.js";
import { exactRate } from "../timeline/frames.js";
import { useName } from "./gate.js";

/**
 * @typedef {import("../discussion/threads.js").Comment} Comment
 * @typedef {import("../discussion/guests.js").Guest} Guest
 * @typedef {import("./viewing.js").Viewing} Viewing
 */

/** The comments, and the form of a new one. @param {{guest: Guest, viewing: Viewing}} props */
export function Discussion({ guest, viewing }) {
  const { identify, dialog } = useName(guest);
  const comments = guest.comments.value;
  const threads = useMemo(() => threadsOf(comments, viewing.exportId), [comments]);
  const own = guest.review.value?.guest ?? null;
  const actions = useMemo(() => actionsOf(guest, viewing, identify), [guest.review.value]);
  const post = async (/** @type {string} */ text) => {
    const place = viewing.place.value.peek();
    if (!(await identify())) return false;
    await guest.add({ ...place, text, exportId: viewing.exportId });
    viewing.place.release();
    return true;
  };
  return html`<section class="discussion" aria-labelledby="comments-title">
    <h2 id="comments-title" class="visually-hidden">${t("comments.title")}</h2>
    <div class="composer">
      <${CommentForm} drafts=${guest.drafts} place=${viewing.place} frames=${viewing.frames} onSend=${post} onFocus=${() => viewing.player.peek()?.pause()} />
      ${own && html`<p class="hint" dir="auto">${t("review.you", { name: own.name })}</p>`}
    </div>
    <${CommentList} threads=${threads} rateOf=${(/** @type {string} */ id) => exactRate(guest.versionOf(id)?.fps ?? viewing.fps)} exportId=${viewing.exportId} current=${viewing.current.value}
      first="all" actions=${actions} hint=${t("comments.emptyText")} />
    ${dialog}
  </section>`;
}

/**
 * What a guest may do with comments.
 * @param {Guest} guest @param {Viewing} viewing @param {() => Promise<boolean>} identify
 * @returns {import("../discussion/thread.js").Actions}
 */
function actionsOf(guest, viewing, identify) {
  const isOwn = (/** @type {Comment} */ { author }) => author.kind === "guest" && author.id === guest.review.peek()?.guest?.id;
  return {
    goTo: (comment) => {
      if (comment.exportId !== viewing.exportId && guest.versionOf(comment.exportId)) guest.loadAt(comment);
      else viewing.goTo(comment);
    },
    versionOf: ({ exportId }) => {
      const version = guest.versionOf(exportId);
      return version && t("comments.onVersion", { number: version.number });
    },
    isOwn,
    mayRemove: isOwn,
    reply: async (parent, text) => ((await identify()) ? guest.reply(parent, text) : false),
    drafts: guest.drafts,
    edit: (comment, text) => guest.change(comment, { text }),
    mayResolve: isOwn,
    resolve: (comment, resolved) => guest.change(comment, { resolved }),
    remove: (comment) => guest.remove(comment),
  };
}
