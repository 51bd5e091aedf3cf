import { html } from "htm/preact";
import { Icon } from "../../components/button.js";
import { Clip } from "../../components/clip.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Notice, Reason } from "../../components/notice.js";
import { useDocument } from "../../documents/open-documents.js";
import { t } from "../../i18n.js";
import { fileName } from "../../state/exports.js";
import { hasDemo } from "../../state/providers.js";
import { useTitle } from "../../state/title.js";
import { projectPage, versioned, workApi, workPage } from "../../urls.js";
import { useDemo } from "./run.js";
import { StepList } from "./step-list.js";

const ACTIVE = new Set(["generating_image", "generating_video"]);
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Makes a demo video and shows its steps.
 * @param {{params: {project: string, work: string}}} props
 */
export default function Demo({ params }) {
  const { project, work: id } = params;
  const path = workApi(project, id);
  const { document, error } = useDocument(path);
  useTitle([{ label: t("demo.project"), href: projectPage(project) }, { label: t("demo.title") }]);
  const failure = error ?? document?.error.value; // it may have been deleted since
  if (failure) return html`<${Failure} error=${failure} />`;
  if (!document) return html`<${Loading} />`;
  return html`<${Making} path=${path} document=${document} />`;
}

/** @param {{path: string, document: import("../../documents/document.js").Document}} props */
function Making({ path, document }) {
  const work = document.value.value;
  const { steps, exports, error, reload, again } = useDemo(path, document);
  const video = exports?.[0];
  const hasFailed = steps.some(({ state }) => state === "failed");
  const [title, lead] = video
    ? ["demo.ready", "demo.readyText"]
    : ["demo.title", hasFailed ? "demo.failedText" : "demo.lead"];
  return html`<div class="screen demo">
    <header class="screen-header"><h1>${t(title)}</h1></header>
    <p class="lead">${t(lead)}</p>
    <div class=${`demo-columns ${video ? "ready" : ""}`}>
      <div class="stack">
        ${error
          ? html`<${Reason} text=${error.text} onAgain=${reload} />`
          : html`<${StepList} steps=${steps} work=${work} exports=${exports ?? []} onAgain=${again} />`}
        ${video && html`<${Actions} work=${work} video=${video} />`}
        ${(hasDemo.value !== false || video) && html`<${Placeholders} />`}
      </div>
      <div class="stack">
        ${video ? html`<${Player} video=${video} />` : html`<${Stage} hasFailed=${hasFailed} />`}
        <${FilmStrip} work=${work} />
      </div>
    </div>
  </div>`;
}

/** @param {{hasFailed: boolean}} props */
function Stage({ hasFailed }) {
  return html`<div class="stage">
    <${Icon} name="film" />
    <p>${t(hasFailed ? "demo.stageFailed" : "demo.stage")}</p>
  </div>`;
}

/** @param {{video: any}} props */
function Player({ video }) {
  return html`<${Clip}
    class="player"
    src=${video.url}
    poster=${video.posterUrl}
    style=${{ "--ratio": video.width / video.height }}
    width=${video.width}
    height=${video.height}
    controls
    autoplay
    muted
    playsinline
    preload="metadata"
    fallback=${html`<${Notice} kind="warning">${t("demo.unavailable")}<//>`}
  />`;
}

/** @param {{work: any, video: any}} props */
function Actions({ work, video }) {
  return html`<div class="demo-actions">
    <a class="button primary" href=${video.url} download=${`${fileName(work.name, video)}.mp4`}>
      <${Icon} name="download" /><span>${t("demo.download")}</span>
    </a>
    <a class="button plain" href=${workPage(work.projectId, work.id, "scenes")}>
      <${Icon} name="images" /><span>${t("demo.openWork")}</span>
    </a>
  </div>`;
}

function Placeholders() {
  return html`<${Notice}>
    <strong>${t("demo.placeholders")}</strong> ${t("demo.placeholdersText")}${" "}
    ${hasDemo.value !== false && html`<a href="/settings/providers">${t("demo.addKey")}</a>`}
  <//>`;
}

/** The scenes with what has been made of them. @param {{work: any}} props */
function FilmStrip({ work }) {
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
    const image = made.imageUrl && versioned(made.imageUrl, made);
    const still = html`<${Still} url=${image} />`;
    return html`<${Clip}
      src=${versioned(made.videoUrl, made)}
      poster=${image}
      fallback=${still}
      unavailable=${still}
      muted
      autoplay
      loop
      playsinline
      aria-hidden="true"
    />`;
  }
  return html`<${Still} url=${made?.imageUrl && versioned(made.imageUrl, made)} />`;
}

/** @param {{url: string | undefined}} props */
function Still({ url }) {
  return url ? html`<img src=${url} alt="" />` : html`<${Icon} name="image" />`;
}
