import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../../components/button.js";
import { Poster } from "../../../components/card.js";
import { Clip } from "../../../components/clip.js";
import { t } from "../../../i18n.js";
import { assetApi, sceneThumbnail, versioned } from "../../../urls.js";
import { directAsset } from "./actions.js";

const NARROWEST = 9 / 16; // width / height
const WIDEST = 16 / 9;

/**
 * A scene's picture, small, and its clip, which is loaded when it is played. A scene that has neither
 * shows the photo that it will be made of.
 * @param {{work: any, index: number, number: number, made: any}} props `made` is its entry in `generatedScenes`
 */
export function Frame({ work, index, number, made }) {
  const [playing, setPlaying] = useState(false);
  useEffect(() => setPlaying(false), [made?.videoUrl, made?.mediaUpdatedAt]);
  const { id, resolution } = work;
  const ratio = Math.min(WIDEST, Math.max(NARROWEST, resolution.width / resolution.height));
  const thumbnail = sceneThumbnail(work, index);
  const photo = directAsset(work, index);
  const picture = thumbnail ?? (photo && `${assetApi(work.projectId, photo)}/thumbnail`);
  return html`<div class=${`scene-frame ${playing ? "playing" : ""}`} style=${{ "--ratio": ratio }}>
    ${playing
      ? html`<${Clip}
          class="scene-video"
          src=${versioned(made.videoUrl, made)}
          poster=${thumbnail}
          aria-label=${t("scenes.play", { number })}
          controls
          autoplay
          playsinline
        />`
      : html`<${Poster} src=${picture} id=${`${id}-${number}`} icon="image" />`}
    ${made?.videoUrl &&
    !playing &&
    html`<button type="button" class="scene-play" aria-label=${t("scenes.play", { number })} onClick=${() => setPlaying(true)}>
      <${Icon} name="play" />
    </button>`}
  </div>`;
}
