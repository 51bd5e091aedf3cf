import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { Icon } from "../../parts/icon.js";
import { versioned } from "../../urls.js";

const ACTIVE = new Set(["generating_image", "generating_video"]);
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** The scenes as they come into being. @param {{work: any}} props */
export function FilmStrip({ work }) {
  const scenes = work.scenes.length ? work.scenes : Array.from({ length: work.sceneCount ?? 3 }, () => ({}));
  return html`<ol class="film-strip">
    ${scenes.map((/** @type {any} */ scene, /** @type {number} */ index) => {
      const made = work.generatedScenes.find((/** @type {any} */ other) => other.sceneIndex === index);
      return html`<${Scene} key=${index} index=${index} scene=${scene} made=${made} />`;
    })}
  </ol>`;
}

/** @param {{index: number, scene: any, made: any}} props */
function Scene({ index, scene, made }) {
  const state = made?.status ?? "pending";
  return html`<li class="film-scene">
    <div class=${`film-frame ${ACTIVE.has(state) ? "busy" : ""}`}><${Picture} made=${made} /></div>
    <p class="film-caption">
      <strong>${t("demo.scene", { number: index + 1 })}</strong>
      <span class=${state === "error" ? "failed" : ""}>${t(`demo.sceneStates.${state}`)}</span>
    </p>
    ${scene.image_prompt && html`<p class="film-prompt" dir="auto" title=${scene.image_prompt}>${scene.image_prompt}</p>`}
  </li>`;
}

/** @param {{made: any}} props */
function Picture({ made }) {
  if (made?.videoUrl && !STILL.matches) {
    return html`<video src=${versioned(made.videoUrl, made)} poster=${made.imageUrl && versioned(made.imageUrl, made)} muted autoplay loop playsinline aria-hidden="true"></video>`;
  }
  if (made?.imageUrl) return html`<img src=${versioned(made.imageUrl, made)} alt="" />`;
  return html`<${Icon} name="image" />`;
}
