import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { del, get, post } from "../../../api.js";
import { useReadOnly } from "../../../components/access.js";
import { Button, IconButton } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { DeleteDialog, Dialog } from "../../../components/dialogs.js";
import { Failure, Loading } from "../../../components/fallbacks.js";
import { ListenButton } from "../../../components/listening.js";
import { Notice } from "../../../components/notice.js";
import { PaidButton } from "../../../components/paid-button.js";
import { Progress } from "../../../components/progress.js";
import { formatAgo, formatSize, t } from "../../../i18n.js";
import { providerOf } from "../../../state/choices.js";
import { cancelJob, jobsOf } from "../../../state/jobs.js";
import { useLoad } from "../../../state/load.js";
import { providers } from "../../../state/providers.js";
import { useRequest } from "../../../state/request.js";
import { TAKES, lastSeries, makeTakes } from "../../../state/take-series.js";
import { toastError } from "../../../state/toasts.js";
import { MADE, directAsset, madeOf, pathOf } from "./actions.js";
import { stateOf } from "./scene-state.js";

/**
 * @typedef {{id: string, kind: "image" | "video" | "voice", url: string, size: number, createdAt: number,
 *   current: boolean, source: "generated" | "uploaded", provider?: string, model?: string,
 *   prompt?: string, text?: string, cleanedFrom?: string}} Take
 */

/**
 * A take, with what can be done with it.
 * @param {{take: Take, canCompare: boolean, isCompared: boolean, onUse: (take: Take) => Promise<void>,
 *   onCompare: (take: Take) => void, onDelete: (take: Take) => void}} props
 */
function TakeItem({ take, canCompare, isCompared, onUse, onCompare, onDelete }) {
  return html`<li class=${`take ${take.current ? "current" : ""} ${take.kind === "voice" ? "voice-take" : ""}`}>
    <${TakeMedia} take=${take} />
    <p class="take-origin"><strong>${originOf(take)}</strong> <span>${formatAgo(take.createdAt)} · ${formatSize(take.size)}</span></p>
    ${take.prompt &&
    html`<details class="take-prompt">
      <summary>${t("scenes.sent")}</summary>
      <p dir="auto">${take.prompt}</p>
    </details>`}
    <div class="take-actions">
      <${UseButton} take=${take} onUse=${onUse} />
      <span class="actions">
        ${canCompare && html`<${Button} reading small kind="quiet" aria-pressed=${isCompared} onClick=${() => onCompare(take)}>${t("scenes.compare")}<//>`}
        ${!take.current && html`<${IconButton} icon="trash-2" label=${t("scenes.deleteTake")} onClick=${() => onDelete(take)} />`}
      </span>
    </div>
  </li>`;
}

/**
 * Two takes, large and side by side; clips play together.
 * @param {{takes: Take[], onUse: (take: Take) => Promise<void>, onClose: () => void}} props
 */
function Compared({ takes, onUse, onClose }) {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  const playBoth = () => {
    for (const video of section.current?.querySelectorAll("video") ?? []) {
      video.currentTime = 0;
      video.muted = true;
      video.play();
    }
  };
  return html`<section ref=${section} class="compared" aria-labelledby="takes-compared">
    <header>
      <h3 id="takes-compared">${t("scenes.compared")}</h3>
      ${takes.some(({ kind }) => kind === "video") && html`<${Button} reading small icon="play" onClick=${playBoth}>${t("scenes.playBoth")}<//>`}
      <${IconButton} reading icon="x" label=${t("scenes.endCompare")} onClick=${onClose} />
    </header>
    <ul>
      ${takes.map(
        (take) =>
          html`<li key=${take.id} class=${`take ${take.current ? "current" : ""}`}>
            <${TakeMedia} take=${take} />
            <div class="take-actions">
              <span class="take-origin">${originOf(take)}, ${formatAgo(take.createdAt)}</span>
              <${UseButton} take=${take} onUse=${onUse} />
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{take: Take, onUse: (take: Take) => Promise<void>}} props */
function UseButton({ take, onUse }) {
  const [busy, setBusy] = useState(false);
  const use = async () => {
    setBusy(true);
    await onUse(take);
    setBusy(false);
  };
  if (take.current) return html`<span class="in-use">${t("scenes.inUse")}</span>`;
  return html`<${Button} small busy=${busy} onClick=${use}>${t("scenes.use")}<//>`;
}

/** A voice, a picture, or a clip that plays while the pointer is over it. @param {{take: Take}} props */
function TakeMedia({ take }) {
  const name = originOf(take);
  if (take.kind === "voice") {
    return html`<div class="take-voice">
      <${ListenButton} url=${take.url} label=${t("narration.playTake", { name })} />
      <span class="cut" dir="auto" title=${take.text}>${take.text ?? ""}</span>
    </div>`;
  }
  if (take.kind === "image") return html`<img src=${take.url} alt=${name} loading="lazy" decoding="async" />`;
  const enter = (/** @type {any} */ { currentTarget: video }) => {
    if (!video.paused) return;
    video.muted = true;
    video.play().catch(() => {}); // the pointer may leave before it is loaded
  };
  const leave = (/** @type {any} */ { currentTarget: video }) => {
    if (!video.muted) return; // somebody listens to it
    video.pause();
    video.currentTime = 0;
  };
  return html`<${Clip}
    src=${take.url}
    aria-label=${name}
    controls
    loop
    playsinline
    preload="metadata"
    onMouseEnter=${enter}
    onMouseLeave=${leave}
  />`;
}

/** @param {Take} take */
function originOf({ source, provider, model, cleanedFrom }) {
  if (cleanedFrom) return t("narration.cleaned");
  if (source === "uploaded") return t("scenes.fromUpload");
  const name = providers.value?.find(({ id }) => id === provider)?.name ?? provider ?? "";
  return t("scenes.generated", { provider: model && model !== provider ? `${name}, ${model}` : name });
}

/**
 * Makes more pictures or clips of a scene with the same prompt, and says who is called and paid.
 * @param {{work: import("../../../documents/document.js").Document, index: number,
 *   kind: "image" | "video", isBusy: boolean}} props `isBusy`: a job makes the scene
 */
function MoreTakes({ work, index, kind, isBusy }) {
  const isReadOnly = useReadOnly();
  const { busy, error, run } = useRequest();
  const series = lastSeries(work.value.value.id, index, kind);
  const provider = providerOf(kind, ["image", "video"]);
  const isFree = provider?.id === "demo";
  // A photo is not generated, and the demo draws the same picture for the same prompt.
  if (kind === "image" && (isFree || directAsset(work.value.value, index))) return null;
  if (isReadOnly) return null;
  if (series?.isRunning) return html`<${Running} done=${series.done} onStop=${() => cancelJob(series.job).catch(toastError)} />`;
  const start = async () => {
    await work.flush(); // the prompt as it is shown
    await makeTakes(pathOf(work), index, kind);
  };
  const reason = error?.text ?? series?.reason;
  const cost = t(isFree ? "scenes.moreFree" : "scenes.moreCost", {
    count: TAKES,
    provider: provider?.name ?? t("scenes.moreProvider"),
  });
  return html`<div class="more-takes">
      <${PaidButton} roles=${MADE} small icon="sparkles" busy=${busy} disabled=${isBusy} data-no-refocus onClick=${() => run(start)}>${t("scenes.more")}<//>
      <span class="hint">${cost}</span>
    </div>
    ${reason && html`<${Notice} kind="error">${reason}<//>`}`;
}

/** @param {{done: number, onStop: () => void}} props */
function Running({ done, onStop }) {
  const label = t("scenes.moreRunning", { number: Math.min(done + 1, TAKES), count: TAKES });
  return html`<div class="making" role="status">
    <span>${label}</span>
    <${Progress} label=${label} value=${(100 * done) / TAKES} />
    <${Button} small onClick=${onStop}>${t("common.cancel")}<//>
  </div>`;
}

/** @type {{kind: Take["kind"], title: string}[]} */
const GROUPS = [
  { kind: "video", title: "scenes.clipsTitle" },
  { kind: "image", title: "scenes.pictures" },
  { kind: "voice", title: "narration.takes" },
];

/**
 * The current and the earlier pictures, clips and voices of a scene, side by side.
 * @param {{work: import("../../../documents/document.js").Document, index: number, number: number,
 *   onClose: () => void}} props
 */
export function Takes({ work, index, number, onClose }) {
  const value = work.value.value;
  const path = `${pathOf(work)}/media/scene/${index}/takes`;
  const made = madeOf(value, index);
  const { isBusy } = stateOf(index, made, jobsOf(value.id));
  const { data, error, reload } = useLoad(async () => (await get(path)).data.takes, [path, made?.mediaUpdatedAt, made?.voiceUpdatedAt]);
  const [replaced, setReplaced] = useState(/** @type {Take | null} */ (null));
  const [deleting, setDeleting] = useState(/** @type {Take | null} */ (null));
  const { compared, compare, endCompare } = useCompared(data ?? []);
  /** @type {Take[]} */
  const takes = data ?? [];
  const use = async (/** @type {string} */ id) => {
    await post(`${path}/${id}/use`);
    await Promise.all([reload(), work.refresh()]);
  };
  const choose = async (/** @type {Take} */ take) => {
    const before = takes.find(({ kind, current }) => kind === take.kind && current);
    try {
      await use(take.id);
    } catch (failure) {
      toastError(failure);
      return;
    }
    setReplaced(before ?? null);
  };
  const undo = async () => {
    setReplaced(null);
    await use(/** @type {Take} */ (replaced).id).catch(toastError);
  };
  const remove = async () => {
    await del(`${path}/${deleting?.id}`);
    await reload();
  };
  const actions = { onUse: choose, onCompare: compare, onDelete: setDeleting };
  return html`<${Dialog} title=${t("scenes.takesTitle", { number })} wide onClose=${onClose}>
    ${!data && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    <div role="status">
      ${replaced &&
      html`<${Notice} kind="success" action=${html`<${Button} small icon="undo-2" onClick=${undo}>${t("scenes.undo")}<//>`}>
        ${t("scenes.nowUsed", { number })}
      <//>`}
    </div>
    ${data?.length === 0 && html`<p class="quiet">${t("scenes.takesNone")}</p>`}
    ${compared.length === 2 && html`<${Compared} takes=${compared} onUse=${choose} onClose=${endCompare} />`}
    ${GROUPS.map(({ kind, title }) => {
      const own = takes.filter((take) => take.kind === kind);
      if (!own.length) return null;
      return html`<section class="takes">
        <header><h3>${t(title)}</h3>${kind !== "voice" && html`<${MoreTakes} ...${{ work, index, kind, isBusy }} />`}</header>
        <ul>
          ${own.map((take) => html`<${TakeItem} key=${take.id} take=${take} canCompare=${own.length > 1 && kind !== "voice"} isCompared=${compared.includes(take)} ...${actions} />`)}
        </ul>
      </section>`;
    })}
    ${deleting &&
    html`<${DeleteDialog} title=${t("scenes.deleteTakeTitle")} onSubmit=${remove} onClose=${() => setDeleting(null)}>
      <p>${t("scenes.deleteTakeText")}</p>
    <//>`}
  <//>`;
}

/** The takes that are compared: the last two that were chosen, of one kind. @param {Take[]} takes */
function useCompared(takes) {
  const [ids, setIds] = useState(/** @type {string[]} */ ([]));
  const compared = takes.filter(({ id }) => ids.includes(id));
  const compare = (/** @type {Take} */ take) => {
    const others = compared.filter(({ id, kind }) => id !== take.id && kind === take.kind).map(({ id }) => id);
    setIds(ids.includes(take.id) ? others : [...others.slice(-1), take.id]);
  };
  return { compared, compare, endCompare: () => setIds([]) };
}
