import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../../components/button.js";
import { Clip } from "../../../components/clip.js";
import { ListenButton } from "../../../components/listening.js";
import { formatAgo, formatSize, t } from "../../../i18n.js";
import { providers } from "../../../state/providers.js";

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
export function TakeItem({ take, canCompare, isCompared, onUse, onCompare, onDelete }) {
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
export function Compared({ takes, onUse, onClose }) {
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
