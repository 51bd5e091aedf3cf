import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { get } from "../api.js";
import { t } from "../i18n.js";
import { Failure } from "../parts/failure.js";
import { Icon } from "../parts/icon.js";
import { Loading } from "../parts/loading.js";
import { Notice } from "../parts/notice.js";
import { useDocument } from "../state/document.js";
import { jobs, startJob } from "../state/jobs.js";
import { useLoad } from "../state/load.js";
import { DEMO } from "../state/providers.js";
import { useTitle } from "../state/title.js";
import { toastError } from "../state/toasts.js";
import { projectPage, workApi, workPage } from "../urls.js";
import { FilmStrip } from "./demo/film-strip.js";
import { StepList } from "./demo/step-list.js";
import { stepsOf } from "./demo/steps.js";

/**
 * A demo video in the making: each step starts when the one before is done.
 * @param {{params: {project: string, work: string}}} props
 */
export default function Demo({ params }) {
  const { project, work: id } = params;
  const path = workApi(project, id);
  const { document, error } = useDocument(path);
  useTitle([{ label: t("demo.project"), href: projectPage(project) }, { label: t("demo.title") }]);
  if (error) return html`<${Failure} error=${error} />`;
  if (!document) return html`<${Loading} />`;
  return html`<${Making} path=${path} work=${document.value.value} />`;
}

/** @param {{path: string, work: any}} props */
function Making({ path, work }) {
  const ofWork = [...jobs.value.values()]
    .filter(({ workId }) => workId === work.id)
    .sort((a, b) => b.createdAt - a.createdAt);
  const rendered = ofWork.find(({ kind, state }) => kind === "export" && state === "succeeded")?.id;
  const { data: exports } = useLoad(async () => (await get(`${path}/exports`)).data.exports, [path, rendered]);
  const steps = stepsOf(work, exports ?? [], ofWork);
  const current = exports && steps.find(({ state }) => state === "active")?.id;
  useEffect(() => {
    if (!current) return;
    const options = { providers: DEMO, key: `demo-${work.id}-${current}` };
    startJob(path, { kind: current }, options).catch(toastError);
  }, [current]);
  const video = exports?.[0];
  return html`<div class="screen demo">
    <header class="screen-header"><h1>${t(video ? "demo.ready" : "demo.title")}</h1></header>
    <p class="lead">${t(video ? "demo.readyText" : "demo.lead")}</p>
    <div class=${`demo-columns ${video ? "ready" : ""}`}>
      <div class="stack">
        <${StepList} steps=${steps} work=${work} exports=${exports ?? []} />
        ${video && html`<${Actions} work=${work} video=${video} />`}
        <${Placeholders} />
      </div>
      <div class="stack">
        ${video ? html`<${Player} video=${video} />` : html`<${Stage} />`}
        <${FilmStrip} work=${work} />
      </div>
    </div>
  </div>`;
}

function Stage() {
  return html`<div class="stage"><${Icon} name="film" /><p>${t("demo.stage")}</p></div>`;
}

/** @param {{video: any}} props */
function Player({ video }) {
  return html`<video
    class="player"
    src=${video.url}
    poster=${video.posterUrl}
    width=${video.width}
    height=${video.height}
    controls
    autoplay
    muted
    playsinline
    preload="metadata"
  >
    ${t("demo.unavailable")}
  </video>`;
}

/** @param {{work: any, video: any}} props */
function Actions({ work, video }) {
  return html`<div class="demo-actions">
    <a class="button primary" href=${video.url} download=${`${work.name}.mp4`}>
      <${Icon} name="download" /><span>${t("demo.download")}</span>
    </a>
    <a class="button plain" href=${workPage(work.projectId, work.id, "scenes")}>
      <${Icon} name="images" /><span>${t("demo.openWork")}</span>
    </a>
  </div>`;
}

function Placeholders() {
  return html`<${Notice}>
    <strong>${t("demo.placeholders")}</strong> ${t("demo.placeholdersText")} <a href="/settings/providers">${t("demo.addKey")}</a>
  <//>`;
}
