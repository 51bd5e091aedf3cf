import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { CommentList } from "../components/comments/list.js";
import { PlaceBar } from "../components/comments/place.js";
import { TextForm } from "../components/comments/text-form.js";
import { t } from "../i18n.js";
import { threadsOf } from "../state/comment-threads.js";
import { exactRate } from "../timeline/frames.js";
import { COMMENT, replyTo } from "./drafts.js";
import { useName } from "./gate.js";

/**
 * @typedef {import("../state/comment-threads.js").Comment} Comment
 * @typedef {import("./guest.js").Guest} Guest
 * @typedef {import("./viewing.js").Viewing} Viewing
 */

/** The comments, and the form of a new one. @param {{guest: Guest, viewing: Viewing}} props */
export function Discussion({ guest, viewing }) {
  const { identify, dialog } = useName(guest);
  const comments = guest.comments.value;
  const threads = useMemo(() => threadsOf(comments, viewing.exportId), [comments]);
  const own = guest.review.value?.guest ?? null;
  const actions = useMemo(() => actionsOf(guest, viewing, identify), [guest.review.value]);
  const { text: kept, type } = useDraft(guest, viewing);
  const post = async (/** @type {string} */ text, /** @type {string} */ key) => {
    const place = viewing.place.value.peek();
    if (!(await identify())) return false;
    await guest.add({ ...place, text, exportId: viewing.exportId }, key);
    viewing.place.release();
    return true;
  };
  return html`<section class="discussion" aria-labelledby="comments-title">
    <h2 id="comments-title" class="visually-hidden">${t("comments.title")}</h2>
    <div class="composer">
      <${TextForm} label=${t("comments.label")} placeholder=${t("comments.placeholder")} submit=${t("comments.post")} value=${kept} onSend=${post}
        onType=${type} onFocus=${() => viewing.player.peek()?.pause()}>
        <${PlaceBar} place=${viewing.place} />
      <//>
      ${own && html`<p class="hint" dir="auto">${t("review.you", { name: own.name })}</p>`}
    </div>
    <${CommentList} threads=${threads} rateOf=${(/** @type {string} */ id) => exactRate(guest.versionOf(id)?.fps ?? viewing.fps)} exportId=${viewing.exportId} current=${viewing.current.value}
      first="all" actions=${actions} hint=${t("comments.emptyText")} />
    ${dialog}
  </section>`;
}

/**
 * The comment that was typed and not sent, with its place, and a function that takes what is typed.
 * @param {Guest} guest @param {Viewing} viewing
 */
function useDraft({ drafts }, { place, frames }) {
  const draft = useRef(drafts.get(COMMENT));
  const keep = () => drafts.keep(COMMENT, draft.current);
  useEffect(() => {
    const { text, frame = 0, endFrame = null } = draft.current;
    if (text) place.choose(Math.min(frame, frames - 1), endFrame && Math.min(endFrame, frames - 1));
    return effect(() => {
      draft.current = { ...draft.current, ...place.value.value };
      if (draft.current.text) keep();
    });
  }, []);
  const type = (/** @type {string} */ text) => {
    place.follow(text);
    draft.current = { ...place.value.peek(), text };
    keep();
  };
  return { text: draft.current.text, type };
}

/**
 * What a guest may do with comments.
 * @param {Guest} guest @param {Viewing} viewing @param {() => Promise<boolean>} identify
 * @returns {import("../components/comments/thread.js").Actions}
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
    reply: async ({ id }, text, key) => {
      if (!(await identify())) return false;
      return guest.add({ parentId: id, text }, key);
    },
    replyDraft: {
      get: ({ id }) => guest.drafts.get(replyTo(id)).text,
      keep: ({ id }, text) => guest.drafts.keep(replyTo(id), { text }),
    },
    edit: (comment, text) => guest.change(comment, { text }),
    mayResolve: isOwn,
    resolve: (comment, resolved) => guest.change(comment, { resolved }),
    remove: (comment) => guest.remove(comment),
  };
}
