import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../../i18n.js";
import { Icon } from "../../../parts/icon.js";
import { Poster } from "../../../parts/poster.js";

const NARROWEST = 0.8; // width / height: portrait pictures are shown whole on a ground of their own
const WIDEST = 16 / 9;

/**
 * A scene's picture, small, and its clip, which is loaded when it is played.
 * @param {{id: string, number: number, media: string, made: any, version: number,
 *   resolution: {width: number, height: number}}} props `media` is the path of the scene's files
 */
export function Frame({ id, number, media, made, version, resolution }) {
  const [playing, setPlaying] = useState(false);
  useEffect(() => setPlaying(false), [made?.videoUrl, version]);
  const ratio = Math.min(WIDEST, Math.max(NARROWEST, resolution.width / resolution.height));
  const isThere = made?.imageUrl || made?.videoUrl;
  const thumbnail = isThere ? `${media}/thumbnail?v=${version}` : null;
  return html`<div class="scene-frame" style=${{ "--ratio": ratio }}>
    ${playing
      ? html`<video
          class="scene-video"
          src=${`${made.videoUrl}?v=${version}`}
          poster=${thumbnail}
          aria-label=${t("scenes.play", { number })}
          controls
          autoplay
          playsinline
        ></video>`
      : html`<${Poster} src=${thumbnail} id=${`${id}-${number}`} icon="image" />`}
    ${made?.videoUrl &&
    !playing &&
    html`<button type="button" class="scene-play" aria-label=${t("scenes.play", { number })} onClick=${() => setPlaying(true)}>
      <${Icon} name="play" />
    </button>`}
  </div>`;
}
