import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Allowed, useMay, useReadOnly } from "../../../components/access.js";
import { Button, Icon, IconButton } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { DeleteDialog } from "../../../components/dialogs.js";
import { Empty } from "../../../components/fallbacks.js";
import { Menu } from "../../../components/menu.js";
import { Notice } from "../../../components/notice.js";
import { DecisionList } from "../../../discussion/decisions.js";
import { currentDecisions } from "../../../discussion/threads.js";
import { formatAgo, formatDuration, formatSize, formatTime, nameIn, t } from "../../../i18n.js";
import { VideoPlayer } from "../../../player/video-player.js";
import { address, navigate } from "../../../router.js";
import { deleteExport, fileName, isSound, isVideo, shapeOf } from "../../../state/exports.js";
import { toast } from "../../../state/toasts.js";
import { exactRate, perSecond, toFrame } from "../../../timeline/frames.js";
import { videoPage } from "../../../urls.js";
import { Comments, isOwn } from "../reviews/comments.js";
import { Review } from "../reviews/review.js";

// A video of a work with its comments: where members watch what guests watch by a link.

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
function Watching({ discussion, video, title, autoplay, comment }) {
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

const CAPTIONED = { burn: true, track: true };

/**
 * The exports made so far: each can be watched with its comments, downloaded, shared for review and deleted.
 * @param {{work: import("../../../documents/document.js").Document, videos: Export[], discussion: Discussion,
 *   share: (id: string) => void, reload: () => Promise<void>, isRunning: boolean}} props
 */
export function Videos({ work, videos, discussion, share, reload, isRunning }) {
  const { playing, play, isPressed } = usePlaying(discussion, videos);
  const [deleting, setDeleting] = useState(/** @type {Export | null} */ (null));
  const isReadOnly = useReadOnly();
  if (!videos.length) {
    return isRunning
      ? null
      : html`<${Empty} icon="film" title=${t("export.emptyTitle")}>${!isReadOnly && html`<p>${t("export.emptyText")}</p>`}<//>`;
  }
  return html`<ul class="export-list">
      ${videos.map(
        (video, index) =>
          html`<${Video}
            key=${video.id}
            video=${video}
            name=${work.value.value.name}
            number=${videos.slice(index).filter(isVideo).length}
            discussion=${discussion}
            playing=${playing === video.id ? { isPressed } : null}
            play=${() => play(video.id)}
            stop=${() => play("")}
            share=${() => share(video.id)}
            remove=${() => setDeleting(video)}
          />`,
      )}
    </ul>
    ${deleting && html`<${Delete} video=${deleting} reload=${reload} onClose=${() => setDeleting(null)} />`}`;
}

/**
 * The id of the video that is played: the one in the address, or else the newest for those who can only watch it.
 * @param {Discussion} discussion @param {Export[]} videos
 */
function usePlaying({ projectId, workId }, videos) {
  const mayChange = useMay("change");
  const [isPressed, setPressed] = useState(false);
  const playing = address.value.query.get("video") ?? (mayChange ? "" : videos.find(isVideo)?.id);
  const play = (/** @type {string} */ id) => {
    setPressed(true);
    navigate(videoPage(projectId, workId, id), { replace: true });
  };
  return { playing, play, isPressed };
}

/**
 * @param {{video: Export, number: number, name: string, playing: {isPressed: boolean} | null, discussion: Discussion,
 *   play: () => void, stop: () => void, share: () => void, remove: () => void}} props
 *   `isPressed`: the user has pressed a button for it to be played
 */
function Video({ video, number, name, playing, discussion, play, stop, share, remove }) {
  const { url, captionsUrl, width, height, duration, createdAt, options, fps, size, warnings = [] } = video;
  const isFile = !isVideo(video);
  const file = fileName(name, video);
  const when = formatAgo(createdAt);
  const isHeard = isSound(options.format);
  const shape = isHeard ? "" : shapeOf(video);
  const length = formatDuration(duration);
  const details = [
    isHeard
      ? formatSize(size)
      : t("export.details", { quality: nameIn("export.qualities", options.quality), fps, size: formatSize(size) }),
    ...(options.captions in CAPTIONED ? [t(`export.withCaptions.${options.captions}`)] : []),
  ];
  const captions = captionsUrl
    ? [
        { label: t("export.vtt"), icon: "type", href: captionsUrl, download: `${file}.vtt` },
        { label: t("export.srt"), icon: "type", href: captionsUrl.replace(/vtt$/, "srt"), download: `${file}.srt` },
        null,
      ]
    : [];
  const cover = { label: t("export.downloadCover"), icon: "image", href: video.posterUrl, download: `${file}.jpg` };
  const changes = [
    ...(isFile ? [] : [{ label: t("share.button"), icon: "share-2", onSelect: share }]),
    { label: t("common.delete"), icon: "trash-2", danger: true, onSelect: remove },
  ];
  const decisions = currentDecisions(discussion.decisions.value, video.id);
  const open = discussion.open.value.filter(({ exportId }) => exportId === video.id).length;
  const title = isFile ? t(`export.formats.${options.format}`) : t("discussion.version", { number });
  const files = [...captions.slice(0, -1), ...(isHeard ? [] : [cover])];
  const items = useReadOnly() ? files : [...files, ...(files.length ? [null] : []), ...changes];
  return html`<li class="export-video">
    ${playing && !isFile && html`<${Watching} ...${{ discussion, video, title }} autoplay=${playing.isPressed} comment=${address.value.query.get("comment")} />`}
    <div class="export-line">
      ${playing && !isFile
        ? html`<${IconButton} reading icon="x" label=${t("export.closePlayer")} onClick=${stop} />`
        : isFile
          ? html`<span class="export-poster"><img src=${video.posterUrl} alt="" loading="lazy" decoding="async" /></span>`
          : html`<${PosterButton} video=${video} onClick=${play} />`}
      <div class="export-text">
        <h3>
          ${shape && html`<span class="export-shape">${shape}</span>`}
          ${[title, ...(isHeard ? [] : [`${width} × ${height}`]), length].join(" · ")}
        </h3>
        <p>${details.join(" · ")}</p>
        ${warnings.map((warning) => html`<p key=${warning}>${warning}</p>`)}
        <p><time datetime=${new Date(createdAt).toISOString()}>${t("export.when", { date: formatTime(createdAt), ago: when })}</time></p>
      </div>
      ${open > 0 && !playing && html`<${Button} reading kind="quiet" class="export-comments" icon="message-square" onClick=${play}>${t("discussion.open", { count: open })}<//>`}
      <a class="button plain" href=${url} download=${`${file}.${options.format}`}>
        <${Icon} name="download" /><span>${t("export.download")}</span>
      </a>
      ${items.length > 0 && html`<${Menu} reading label=${t("export.more", { when })} items=${items} />`}
    </div>
    ${decisions.length > 0 && !playing && html`<${DecisionList} decisions=${decisions} isOwn=${isOwn} />`}
  </li>`;
}

/** @param {{video: Export, onClick: () => void}} props */
function PosterButton({ video: { posterUrl, width, height, createdAt }, onClick }) {
  const label = t("export.play", { when: formatAgo(createdAt), width, height });
  return html`<button type="button" class="export-poster" aria-label=${label} title=${label} onClick=${onClick}>
    <img src=${posterUrl} alt="" loading="lazy" decoding="async" />
    <span class="export-play"><${Icon} name="play" /></span>
  </button>`;
}

/** @param {{video: Export, reload: () => Promise<void>, onClose: () => void}} props */
function Delete({ video, reload, onClose }) {
  const { width, height, duration, size, createdAt } = video;
  const submit = async () => {
    await deleteExport(video);
    toast(t("export.deleted"));
    await reload();
  };
  return html`<${DeleteDialog} title=${t("export.deleteTitle")} onSubmit=${submit} onClose=${onClose}>
    <p>
      ${t("export.deleteText", {
        width,
        height,
        duration: formatDuration(duration),
        size: formatSize(size),
        when: formatTime(createdAt),
      })}
    </p>
  <//>`;
}
