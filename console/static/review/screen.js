import { useComputed } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Empty } from "../components/fallbacks.js";
import { t } from "../i18n.js";
import { handleKey, handleRelease, PLAYER_KEYS } from "../player/shortcuts.js";
import { Controls } from "./controls.js";
import { VideoPlayer } from "../player/video-player.js";

/**
 * @typedef {import("../discussion/guests.js").Guest} Guest
 * @typedef {import("./viewing.js").Viewing} Viewing
 */

/** The video with its controls. @param {{guest: Guest, viewing: Viewing}} props */
export function Screen({ guest, viewing }) {
  const { version } = /** @type {any} */ (guest.review.value);
  /** @type {{current: HTMLVideoElement | null}} */
  const video = useRef(null);
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  const [captioned, setCaptioned] = useState(false);
  const source = useSource(guest);
  usePlayer(viewing, video, root);
  useKeys(viewing);
  useEffect(() => {
    const track = video.current?.textTracks[0];
    if (track) track.mode = captioned ? "showing" : "hidden";
  }, [captioned]);
  const isPlaying = useComputed(() => viewing.player.value?.playing.value ?? false).value;
  return html`<section class="review-screen" aria-label=${t("review.video")} ref=${root}>
    <div class="review-picture" style=${{ "--ratio": String(version.width / version.height) }}>
      ${source.isBroken
        ? html`<${Empty} icon="video" title=${t("review.noVideo")}><p>${t("review.noVideoText")}</p><//>`
        : html`<video ref=${video} src=${source.url} poster=${version.posterUrl} playsinline preload="auto" onError=${source.retry}
            onClick=${() => viewing.player.peek()?.toggle()}>
            ${version.captionsUrl && html`<track kind="captions" src=${version.captionsUrl} default=${captioned} />`}
          </video>`}
    </div>
    <${Controls} ...${{ guest, viewing, isPlaying }} captions=${version.captionsUrl ? { shown: captioned, show: setCaptioned } : null} />
  </section>`;
}

/**
 * The address of the video. It stays the same while it works, so that nothing is loaded twice; one that
 * has expired is replaced.
 * @param {Guest} guest
 */
function useSource(guest) {
  const now = () => /** @type {any} */ (guest.review.peek()).version.videoUrl;
  const [url, setUrl] = useState(now);
  const [isBroken, setBroken] = useState(false);
  const retry = async () => {
    await guest.renew();
    if (now() === url) setBroken(true);
    else setUrl(now());
  };
  return { url, isBroken, retry };
}

/** @param {Viewing} viewing @param {{current: HTMLVideoElement | null}} video @param {{current: HTMLElement | null}} root */
function usePlayer(viewing, video, root) {
  useEffect(() => {
    if (!video.current || !root.current) return undefined;
    const player = new VideoPlayer(video.current, viewing, root.current);
    viewing.player.value = player;
    return () => {
      viewing.player.value = null;
      player.destroy();
    };
  }, []);
}

/** Play by keys, and comment by C, wherever the focus is. @param {Viewing} viewing */
function useKeys(viewing) {
  useEffect(() => {
    const keys = [
      ...PLAYER_KEYS,
      { name: "comment", keys: ["c"], run: () => /** @type {HTMLElement | null} */ (document.querySelector(".composer textarea"))?.focus() },
    ];
    const press = (/** @type {KeyboardEvent} */ event) => {
      const player = viewing.player.peek();
      if (player) handleKey(keys, event, { player: /** @type {any} */ (player) });
    };
    document.addEventListener("keydown", press);
    document.addEventListener("keyup", handleRelease);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("keyup", handleRelease);
    };
  }, []);
}
