import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, IconButton } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { DeleteDialog } from "../../../components/dialogs.js";
import { Empty } from "../../../components/fallbacks.js";
import { Menu } from "../../../components/menu.js";
import { Notice } from "../../../components/notice.js";
import { formatAgo, formatDuration, formatSize, formatTime, t } from "../../../i18n.js";
import { deleteExport, fileName, shapeOf } from "../../../state/exports.js";
import { toast } from "../../../state/toasts.js";

/** @typedef {import("../../../state/exports.js").Export} Export */

const CAPTIONED = { burn: true, track: true };

/**
 * The exports made so far: each can be played, downloaded and deleted.
 * @param {{work: import("../../../documents/document.js").Document, videos: Export[],
 *   reload: () => Promise<void>, isRunning: boolean}} props
 */
export function Videos({ work, videos, reload, isRunning }) {
  const [playing, setPlaying] = useState("");
  const [deleting, setDeleting] = useState(/** @type {Export | null} */ (null));
  if (!videos.length) {
    return isRunning
      ? null
      : html`<${Empty} icon="film" title=${t("export.emptyTitle")}><p>${t("export.emptyText")}</p><//>`;
  }
  return html`<ul class="export-list">
      ${videos.map(
        (video) =>
          html`<${Video}
            key=${video.id}
            video=${video}
            name=${work.value.value.name}
            isPlaying=${playing === video.id}
            play=${() => setPlaying(video.id)}
            stop=${() => setPlaying("")}
            remove=${() => setDeleting(video)}
          />`,
      )}
    </ul>
    ${deleting && html`<${Delete} video=${deleting} reload=${reload} onClose=${() => setDeleting(null)} />`}`;
}

/**
 * @param {{video: Export, name: string, isPlaying: boolean, play: () => void, stop: () => void,
 *   remove: () => void}} props
 */
function Video({ video, name, isPlaying, play, stop, remove }) {
  const { url, captionsUrl, width, height, duration, createdAt, options, fps, size } = video;
  const file = fileName(name, video);
  const when = formatAgo(createdAt);
  const shape = shapeOf(video);
  const details = [
    t("export.details", { quality: t(`export.qualities.${options.quality}`), fps, size: formatSize(size) }),
    ...(options.captions in CAPTIONED ? [t(`export.withCaptions.${options.captions}`)] : []),
  ];
  const captions = captionsUrl
    ? [
        { label: t("export.vtt"), icon: "type", href: captionsUrl, download: `${file}.vtt` },
        { label: t("export.srt"), icon: "type", href: captionsUrl.replace(/vtt$/, "srt"), download: `${file}.srt` },
        null,
      ]
    : [];
  const items = [...captions, { label: t("common.delete"), icon: "trash-2", danger: true, onSelect: remove }];
  return html`<li class="export-video">
    ${isPlaying && html`<${Player} video=${video} />`}
    <div class="export-line">
      ${isPlaying
        ? html`<${IconButton} icon="x" label=${t("export.closePlayer")} onClick=${stop} />`
        : html`<${PosterButton} video=${video} onClick=${play} />`}
      <div class="export-text">
        <h3>
          ${shape && html`<span class="export-shape">${shape}</span>`}
          ${width} × ${height} · ${formatDuration(duration)}
        </h3>
        <p>${details.join(" · ")}</p>
        <p><time datetime=${new Date(createdAt).toISOString()}>${t("export.when", { date: formatTime(createdAt), ago: when })}</time></p>
      </div>
      <a class="button plain" href=${url} download=${`${file}.mp4`}>
        <${Icon} name="download" /><span>${t("export.download")}</span>
      </a>
      <${Menu} label=${t("export.more", { when })} items=${items} />
    </div>
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

/** @param {{video: Export}} props */
function Player({ video: { url, posterUrl, captionsUrl, width, height, options } }) {
  const element = useRef(/** @type {HTMLVideoElement | null} */ (null));
  useEffect(() => element.current?.focus(), []);
  return html`<${Clip}
    video=${element}
    fallback=${html`<${Notice} kind="warning">${t("export.unavailable")}<//>`}
    class="player"
    src=${url}
    poster=${posterUrl}
    width=${width}
    height=${height}
    controls
    autoplay
    playsinline
    preload="metadata"
  >
    ${captionsUrl && options.captions !== "burn" && html`<track kind="captions" src=${captionsUrl} />`}
  <//>`;
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
