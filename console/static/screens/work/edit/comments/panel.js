import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useMay } from "../../../../components/access.js";
import { Button, IconButton } from "../../../../components/button.js";
import { Notice } from "../../../../components/notice.js";
import { formatTime, t } from "../../../../i18n.js";
import { videoPage, workPage } from "../../../../urls.js";
import { Comments } from "../../reviews/comments.js";
import { ShareDialog } from "../../reviews/share.js";

/**
 * The comments on the exported videos, in the place of the inspector.
 * @param {{editor: import("../editor.js").Editor, review: import("./review.js").TimelineReview}} props
 */
export function CommentsPanel({ editor, review }) {
  const mayChange = useMay("change");
  const [sharing, setSharing] = useState(false);
  const section = useShown(review);
  const newest = review.video.value;
  const { path, projectId, workId, exports } = review.discussion;
  return html`<section class="inspector comments-panel" aria-label=${t("comments.title")} ref=${section}>
    <header class="comments-header">
      <h2>${t("comments.title")}</h2>
      ${mayChange && newest && html`<${Button} small icon="share-2" onClick=${() => setSharing(true)}>${t("share.button")}<//>`}
      <${IconButton} icon="x" label=${t("comments.hide")} onClick=${() => review.show(false)} />
    </header>
    ${newest
      ? html`<${OfNewest} review=${review} newest=${newest} />`
      : html`<div class="comments-body"><p class="comments-empty"><strong>${t("comments.noVideo")}</strong> ${t("comments.noVideoText")}${" "}
          <a href=${workPage(projectId, workId, "export")}>${t("comments.toExport")}</a></p></div>`}
    ${sharing && html`<${ShareDialog} path=${path} videos=${exports.value} onClose=${() => setSharing(false)} />`}
  </section>`;
}

/**
 * The player shows the timeline, not the video: where they differ, nothing is decided here.
 * @param {{review: import("./review.js").TimelineReview, newest: import("./review.js").Export}} props
 */
function OfNewest({ review, newest }) {
  const { projectId, workId } = review.discussion;
  const title = html`<a href=${videoPage(projectId, workId, newest.id)}>${t("comments.about", { number: review.numberOf(newest.id) ?? 0, date: formatTime(newest.createdAt) })}</a>`;
  const isOld = newest.isCurrent === false;
  return html`<${Comments} review=${review} video=${newest} title=${title} mayDecide=${!isOld}>
    ${isOld &&
    html`<${Notice} kind="warning">
      ${t("discussion.changed")} <a href=${videoPage(projectId, workId, newest.id)}>${t("discussion.watch")}</a>
    <//>`}
  <//>`;
}

/** Scroll to the panel when it was asked for, where it is below what is seen. @param {import("./review.js").TimelineReview} review */
function useShown(review) {
  /** @type {{current: HTMLElement | null}} */
  const section = useRef(null);
  useEffect(() => {
    if (review.wasAsked) section.current?.scrollIntoView({ block: "nearest" });
  }, [review]);
  return section;
}
