import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Ago } from "../components/ago.js";
import { Boundary } from "../components/boundary.js";
import { Button, Icon } from "../components/button.js";
import { DeleteDialog } from "../components/dialogs.js";
import { Menu } from "../components/menu.js";
import { formatNumber, formatTime, t } from "../i18n.js";
import { replyTo } from "./drafts.js";
import { TextForm, placeText, placeTitle } from "./place.js";

/**
 * @typedef {import("./threads.js").Comment} Comment
 * @typedef {import("./threads.js").Thread} Thread
 *
 * @typedef {object} Actions  what the reader may do; a missing one is not offered
 * @property {(comment: Comment) => void} goTo
 * @property {(comment: Comment) => boolean} isOwn
 * @property {(comment: Comment) => boolean} mayRemove
 * @property {(comment: Comment) => boolean} mayResolve
 * @property {(comment: Comment) => string | undefined} [versionOf]  what to call the version that it is about
 * @property {((parent: Comment, text: string) => Promise<any>)} [reply]
 * @property {import("./drafts.js").Drafts} drafts  what was typed and not sent
 * @property {((comment: Comment, text: string) => Promise<any>)} [edit]
 * @property {((comment: Comment) => Promise<any>)} [remove]
 * @property {((comment: Comment, resolved: boolean) => Promise<any>)} [resolve]
 */

const EXCERPT = 80; // characters

/**
 * A comment with its replies.
 * @param {{thread: Thread, rate: import("../timeline/frames.js").Rate, isOther: boolean, isCurrent: boolean,
 *   actions: Actions, dateOf?: (exportId: string) => number | undefined}} props  `isOther`: it is about another version
 */
function CommentThread({ thread: { comment, replies }, rate, isOther, isCurrent, actions, dateOf }) {
  const { reply, drafts } = actions;
  const draft = replyTo(comment.id);
  const [replying, setReplying] = useState(() => (reply && drafts.get(draft).text ? "kept" : ""));
  const keep = (/** @type {string} */ text) => drafts.keep(draft, { text });
  const cancel = () => {
    keep("");
    setReplying("");
  };
  const { resolved } = comment;
  const send = async (/** @type {string} */ text) => {
    const sent = await reply?.(comment, text);
    if (sent !== false) setReplying("");
    return sent;
  };
  return html`<li class=${`thread ${resolved ? "resolved" : ""} ${isCurrent ? "current" : ""}`} data-comment=${comment.id}>
    <${One} ...${{ comment, rate, isOther, actions }} hasReplies=${replies.length > 0} />
    ${replies.length > 0 &&
    html`<ul class="replies">${replies.map((each) => html`<li key=${each.id}><${One} ...${{ comment: each, rate, isOther, actions }} /></li>`)}</ul>`}
    ${resolved && html`<p class="thread-resolved"><${Icon} name="circle-check" /><span dir="auto">${resolvedText(resolved, dateOf)}</span></p>`}
    ${replying
      ? html`<${TextForm} label=${t("comments.replyTo", { name: comment.author.name })} submit=${t("comments.reply")} focused=${replying === "new"}
          value=${drafts.get(draft).text} onType=${keep}
          onSend=${send} onCancel=${cancel} />`
      : html`<div class="thread-actions">
          ${reply && html`<${Button} kind="quiet" small icon="reply" aria-label=${t("comments.replyTo", { name: comment.author.name })}
            onClick=${() => setReplying("new")}>${t("comments.reply")}<//>`}
          ${actions.resolve && actions.mayResolve(comment) && html`<${Resolve} comment=${comment} resolve=${actions.resolve} />`}
        </div>`}
  </li>`;
}

/** @param {import("./threads.js").Resolution} resolved @param {((exportId: string) => number | undefined)} [dateOf] */
function resolvedText({ by, exportId }, dateOf) {
  const date = exportId ? dateOf?.(exportId) : undefined;
  const name = by?.name ?? t("comments.someone");
  return date ? t("comments.resolvedIn", { name, date: formatTime(date) }) : t("comments.resolvedBy", { name });
}

/** @param {{comment: Comment, resolve: NonNullable<Actions["resolve"]>}} props */
function Resolve({ comment, resolve }) {
  const [busy, setBusy] = useState(false);
  const toggle = async () => {
    setBusy(true);
    await resolve(comment, !comment.resolved);
    setBusy(false);
  };
  return html`<${Button} kind="quiet" small icon=${comment.resolved ? "rotate-ccw" : "check"} busy=${busy} onClick=${toggle}>
    ${t(comment.resolved ? "comments.reopen" : "comments.resolve")}
  <//>`;
}

/**
 * One comment or reply.
 * @param {{comment: Comment, rate: import("../timeline/frames.js").Rate, isOther: boolean, actions: Actions,
 *   hasReplies?: boolean}} props
 */
function One({ comment, rate, isOther, actions, hasReplies }) {
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { author, text, parentId, createdAt, editedAt, deleted } = comment;
  const { edit, remove } = actions;
  const items = [
    ...(edit && !deleted && actions.isOwn(comment) ? [{ label: t("comments.edit"), icon: "pencil", onSelect: () => setEditing(true) }] : []),
    ...(remove && !deleted && actions.mayRemove(comment) ? [{ label: t("comments.remove"), icon: "trash-2", danger: true, onSelect: () => setRemoving(true) }] : []),
  ];
  const save = async (/** @type {string} */ changed) => {
    await edit?.(comment, changed);
    setEditing(false);
  };
  return html`<article class="comment">
    <header class="comment-header">
      <span class=${`comment-avatar ${author.kind}`} aria-hidden="true">${initialOf(author.name)}</span>
      <span class="comment-author" dir="auto">${author.name}</span>
      ${author.kind === "guest" && html`<span class="comment-kind">${t("comments.guest")}</span>`}
      <span class="comment-age"><${Ago} at=${createdAt} />${editedAt ? ` · ${t("comments.edited")}` : ""}</span>
      ${items.length > 0 && html`<${Menu} label=${t("comments.actions", { name: author.name })} items=${items} class="icon-button comment-menu" />`}
    </header>
    ${!parentId && html`<${Time} ...${{ comment, rate, isOther, actions }} />`}
    ${editing
      ? html`<${TextForm} label=${t("comments.label")} submit=${t("comments.save")} value=${text} focused onSend=${save} onCancel=${() => setEditing(false)} />`
      : html`<p class=${`comment-text ${deleted ? "deleted" : ""}`} dir="auto">${deleted ? t("comments.deleted") : text}</p>`}
    ${removing &&
    html`<${DeleteDialog} title=${t("comments.removeTitle")} onSubmit=${() => remove?.(comment)} onClose=${() => setRemoving(false)}>
      <p dir="auto">${t("comments.removeText", { text: excerpt(text) })}</p>
      ${hasReplies && html`<p>${t("comments.removeReplies")}</p>`}
    <//>`}
  </article>`;
}

/**
 * Where in the video a comment is, as a button that goes there.
 * @param {{comment: Comment, rate: import("../timeline/frames.js").Rate, isOther: boolean, actions: Actions}} props
 */
function Time({ comment, rate, isOther, actions }) {
  const { frame, endFrame } = comment;
  const place = placeText(frame, endFrame, rate);
  return html`<p class="comment-place">
    <button type="button" class="comment-time" data-frame=${frame} title=${placeTitle(frame, endFrame, rate)} aria-label=${t("comments.goTo", { time: place })} onClick=${() => actions.goTo(comment)}>
      ${place}
    </button>
    ${isOther && html`<span class="comment-version">${actions.versionOf?.(comment) ?? t("comments.otherVersion")}</span>`}
  </p>`;
}

/** @param {string} name */
export const initialOf = (name) => [...name.trim()][0]?.toUpperCase() ?? "?";

/** @param {string} text */
const excerpt = (text) => (text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text);

// The comments on a video, with a choice of those that are open or resolved.

/** @type {Record<string, {label: string, empty: string, has: (thread: Thread) => boolean}>} */
const CHOICES = {
  open: { label: "comments.open", empty: "comments.emptyOpen", has: ({ comment }) => !comment.resolved },
  resolved: { label: "comments.resolvedOnes", empty: "comments.emptyResolved", has: ({ comment }) => Boolean(comment.resolved) },
  all: { label: "comments.all", empty: "comments.empty", has: () => true },
};

/**
 * @param {{threads: Thread[], rateOf: (exportId: string) => import("../timeline/frames.js").Rate, exportId?: string,
 *   current: string | null, actions: Actions, hint?: string,
 *   dateOf?: (exportId: string) => number | undefined, first?: "open" | "all"}} props
 *   `first`: the choice until another is made; `exportId`: the version that is shown; `current`: the id of the comment that was gone to
 */
export function CommentList({ threads, rateOf, exportId, current, actions, hint, dateOf, first = "open" }) {
  const [choice, setChoice] = useState(/** @type {string} */ (first));
  const name = useId();
  /** @type {{current: HTMLElement | null}} */
  const list = useRef(null);
  const isHidden = current !== null && threads.some((thread) => thread.comment.id === current && !CHOICES[choice].has(thread));
  useEffect(() => {
    if (isHidden) setChoice("all");
    else list.current?.querySelector(`[data-comment="${CSS.escape(current ?? "")}"]`)?.scrollIntoView({ block: "nearest" });
  }, [current, isHidden]);
  const shown = threads.filter(CHOICES[choice].has);
  return html`<fieldset class="comment-choice segments">
      <legend class="visually-hidden">${t("comments.show")}</legend>
      ${Object.entries(CHOICES).map(
        ([id, { label, has }]) =>
          html`<label class="segment">
            <input type="radio" name=${name} checked=${choice === id} onChange=${() => setChoice(id)} />
            <span>${t(label)} <span class="comment-count">${formatNumber(threads.filter(has).length)}</span></span>
          </label>`,
      )}
    </fieldset>
    ${shown.length === 0 && html`<p class="comments-empty"><strong>${t(threads.length ? CHOICES[choice].empty : "comments.empty")}</strong> ${!threads.length && hint}</p>`}
    <ul class="threads" ref=${list}>
      ${shown.map(
        (thread) =>
          html`<${Boundary} key=${thread.comment.id} as="li" of=${thread}><${CommentThread} thread=${thread} rate=${rateOf(thread.comment.exportId)}
            isOther=${exportId !== undefined && thread.comment.exportId !== exportId} isCurrent=${thread.comment.id === current}
            actions=${actions} dateOf=${dateOf} /><//>`,
      )}
    </ul>`;
}
