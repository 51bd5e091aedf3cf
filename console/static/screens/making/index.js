import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { may } from "../../components/access.js";
import { Icon } from "../../components/button.js";
import { Clip } from "../../components/clip.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Notice, Reason } from "../../components/notice.js";
import { useDocument } from "../../documents/open-documents.js";
import { t } from "../../i18n.js";
import { navigate } from "../../router.js";
import { fileName } from "../../state/exports.js";
import { useTitle } from "../../state/title.js";
import { projectApi, projectPage, versioned, videoPage, workApi, workPage } from "../../urls.js";
import { useMaking } from "./run.js";
import { StepList } from "./steps.js";

const ACTIVE = new Set(["generating_image", "generating_video"]);
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @typedef {import("./steps.js").Part} Part
 * @typedef {object} Recipe a way to a finished video
 * @property {string} id names the job, and the key with which it is ordered once
 * @property {string} texts the group of its texts: `title`, `lead`, `failedText`, `ready`, `readyText`
 * @property {Part[]} parts
 * @property {boolean} isHeard whether the video is worth hearing: then nobody's browser starts it
 * @property {(scene: any, made: any) => {text: string, isFailed?: boolean}} stateOf a scene
 * @property {(scene: any) => string} wordsOf a scene
 * @property {(props: {work: any, video: any}) => any} Note what is said below the steps; `video` is the exported one
 */

/**
 * Makes a video and shows its steps.
 * @param {{recipe: Recipe, params: {project: string, work: string}}} props
 */
export function Making({ recipe, params }) {
  const { project, work: id } = params;
  const path = workApi(project, id);
  const { document, error } = useDocument(path);
  const { document: projectDocument, error: projectError } = useDocument(projectApi(project));
  const parent = projectDocument?.value.value;
  const mayMake = may(parent, "change");
  useEffect(() => {
    if (!mayMake) navigate(workPage(project, id), { replace: true });
  }, [mayMake]);
  useTitle([{ label: parent?.name ?? "", href: projectPage(project) }, { label: t(`${recipe.texts}.title`) }]);
  const failure = error ?? document?.error.value; // it may have been deleted since
  if (failure) return html`<${Failure} error=${failure} />`;
  if (!document || !mayMake || !(parent ?? projectError)) return html`<${Loading} />`;
  return html`<${Steps} ...${{ recipe, path, document }} />`;
}

/** @param {{recipe: Recipe, path: string, document: import("../../documents/document.js").Document}} props */
function Steps({ recipe, path, document }) {
  const work = document.value.value;
  const { steps, exports, error, reload, again, leaveOut, stop } = useMaking(recipe, path, document);
  const video = exports?.[0];
  const hasFailed = steps.some(({ state, isLeftOut }) => state === "failed" && !isLeftOut);
  const [title, lead] = video ? ["ready", "readyText"] : ["title", hasFailed ? "failedText" : "lead"];
  return html`<div class="screen demo">
    <header class="screen-header"><h1>${t(`${recipe.texts}.${title}`)}</h1></header>
    <p class="lead">${t(`${recipe.texts}.${lead}`)}</p>
    <div class=${`demo-columns ${video ? "ready" : ""}`}>
      <div class="stack">
        ${error
          ? html`<${Reason} text=${error.text} onAgain=${reload} />`
          : html`<${StepList} steps=${steps} work=${work} exports=${exports ?? []} onAgain=${again} onLeaveOut=${leaveOut} onStop=${stop} />`}
        ${video && html`<${Actions} work=${work} video=${video} />`}
        <${recipe.Note} work=${work} video=${video} />
      </div>
      <div class="stack">
        ${video ? html`<${Player} video=${video} isHeard=${recipe.isHeard} />` : html`<${Stage} hasFailed=${hasFailed} />`}
        <${FilmStrip} recipe=${recipe} work=${work} />
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

/** @param {{video: any, isHeard: boolean}} props */
function Player({ video, isHeard }) {
  return html`<${Clip}
    class="player"
    src=${video.url}
    poster=${video.posterUrl}
    style=${{ "--ratio": video.width / video.height }}
    width=${video.width}
    height=${video.height}
    controls
    autoplay=${!isHeard}
    muted=${!isHeard}
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
    <a class="button plain" href=${videoPage(work.projectId, work.id, video.id)}>
      <${Icon} name="share-2" /><span>${t("demo.review")}</span>
    </a>
    <a class="button plain" href=${workPage(work.projectId, work.id, "scenes")}>
      <${Icon} name="images" /><span>${t("demo.openWork")}</span>
    </a>
  </div>`;
}

/** The scenes with what has been made of them. @param {{recipe: Recipe, work: any}} props */
function FilmStrip({ recipe, work }) {
  const scenes = work.scenes.length ? work.scenes : Array.from({ length: work.sceneCount ?? 3 }, () => ({}));
  return html`<ol class="film-strip">
    ${scenes.map((/** @type {any} */ scene, /** @type {number} */ position) => {
      const index = scene.scene_index ?? position;
      const made = work.generatedScenes.find((/** @type {any} */ other) => other.sceneIndex === index);
      return html`<${Scene} key=${index} ...${{ recipe, scene, made }} number=${position + 1} />`;
    })}
  </ol>`;
}

/** @param {{recipe: Recipe, number: number, scene: any, made: any}} props */
function Scene({ recipe, number, scene, made }) {
  const state = recipe.stateOf(scene, made);
  const words = recipe.wordsOf(scene);
  return html`<li class="film-scene">
    <div class=${`film-frame ${ACTIVE.has(made?.status) ? "busy" : ""}`}><${Picture} made=${made} /></div>
    <p class="film-caption">
      <strong>${t("demo.scene", { number })}</strong>
      <span class=${state.isFailed ? "failed" : ""}>${state.text}</span>
    </p>
    ${words && html`<p class="film-prompt" dir="auto" title=${words}>${words}</p>`}
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
