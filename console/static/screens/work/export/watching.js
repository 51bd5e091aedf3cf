/** A video of a work with its comments: where members watch what guests watch by a link. */

import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Allowed } from "../../../components/access.js";
import { Clip } from "../../../components/clip.js";
import { Notice } from "../../../components/notice.js";
import { t } from "../../../i18n.js";
import { VideoPlayer } from "../../../player/video-player.js";
import { navigate } from "../../../router.js";
import { exactRate, perSecond, toFrame } from "../../../timeline/frames.js";
import { videoPage } from "../../../urls.js";
import { Comments } from "../reviews/comments.js";
import { Review } from "../reviews/review.js";

/**
 * @typedef {import("../../../discussion/members.js").WorkDiscussion} Discussion
 * @typedef {import("../../../state/exports.js").Export} Export
 * @typedef {import("../../../discussion/threads.js").Comment} Comment
 */

class VideoReview extends Review {
  /** @param {number} time of the video */
  frameAt(time) {
    return toFrame(time, this.rateOf(this.video.peek()?.id));
  }

  /** Show the frame of a comment, in the video that it is about. @param {Comment} comment */
  goTo(comment) {
    this.current.value = comment.parentId ?? comment.id;
    this.player.peek()?.pause();
    if (comment.exportId === this.video.peek()?.id) this.player.peek()?.seek(comment.time);
    else if (this.find(comment.exportId)) {
      const { projectId, workId } = this.discussion;
      navigate(videoPage(projectId, workId, comment.exportId, comment.id), { replace: true });
    }
  }
}

/**
 * @param {{discussion: Discussion, video: Export, title: string, autoplay: boolean, comment: string | null}} props
 *   `comment`: the id of the one to begin at
 */
export function Watching({ discussion, video, title, autoplay, comment }) {
  const shown = useSignal(video);
  const review = useMemo(() => new VideoReview(discussion, shown), [discussion]);
  /** @type {{current: HTMLVideoElement | null}} */
  const element = useRef(null);
  usePlayer(review, video, element);
  useStart(review, comment);
  useEffect(() => {
    if (autoplay) element.current?.focus();
  }, []);
  const { url, posterUrl, captionsUrl, width, height, options } = video;
  return html`<div class="watching">
    <div class="watching-picture">
      <${Clip} video=${element} class="player" src=${url} poster=${posterUrl} controls playsinline preload="metadata"
        fallback=${html`<${Notice} kind="warning">${t("export.unavailable")}<//>`} ...${{ width, height, autoplay }}>
        ${captionsUrl && options.captions !== "burn" && html`<track kind="captions" src=${captionsUrl} />`}
      <//>
    </div>
    <section class="watching-comments" aria-label=${t("comments.title")}>
      <${Allowed}><${Comments} ...${{ review, video, title }} /><//>
    </section>
  </div>`;
}

/** @param {VideoReview} review @param {Export} video @param {{current: HTMLVideoElement | null}} element */
function usePlayer(review, { fps, duration }, element) {
  useEffect(() => {
    if (!element.current) return undefined;
    const rate = exactRate(fps);
    const frames = Math.max(1, Math.round(duration * perSecond(rate)));
    const player = new VideoPlayer(element.current, { rate, frames }, element.current);
    review.player.value = player;
    return () => {
      review.player.value = null;
      player.destroy();
    };
  }, [review]);
}

/** Begin at a comment, once it is known. @param {VideoReview} review @param {string | null} id */
function useStart(review, id) {
  const found = review.discussion.comments.value.find((each) => each.id === id);
  useEffect(() => {
    if (found) review.goTo(found);
  }, [found?.id]);
}
