/** The comments on a video, with a choice of those that are open or resolved. */

import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { formatNumber, t } from "../i18n.js";
import { Boundary } from "../components/boundary.js";
import { CommentThread } from "./thread.js";

/** @typedef {import("./threads.js").Thread} Thread */

/** @type {Record<string, {label: string, empty: string, has: (thread: Thread) => boolean}>} */
const CHOICES = {
  open: { label: "comments.open", empty: "comments.emptyOpen", has: ({ comment }) => !comment.resolved },
  resolved: { label: "comments.resolvedOnes", empty: "comments.emptyResolved", has: ({ comment }) => Boolean(comment.resolved) },
  all: { label: "comments.all", empty: "comments.empty", has: () => true },
};

/**
 * @param {{threads: Thread[], rateOf: (exportId: string) => import("../timeline/frames.js").Rate, exportId?: string,
 *   current: string | null, actions: import("./thread.js").Actions, hint?: string,
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
