/** A thing of the bin: its picture, which plays under the pointer, and its name. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../../../components/button.js";
import { Menu } from "../../../../components/menu.js";
import { formatDuration, t } from "../../../../i18n.js";
import { dragFrom } from "../drag.js";

const PATIENCE = 200; // milliseconds: a pointer that passes plays nothing

/**
 * A click adds it, and it can be dragged.
 * @param {{dragged: import("../drag.js").Dragged, icon: string, seconds?: number, video?: string,
 *   actions?: import("../../../../components/menu.js").MenuItem[],
 *   onAdd: (place?: import("../drag.js").Place | null) => void}} props
 */
export function Tile({ dragged, icon, seconds, video, actions = [], onAdd }) {
  const { label, picture } = dragged;
  const { plays, hover } = useHover(Boolean(video));
  const [isMissing, setMissing] = useState(false);
  const press = (/** @type {PointerEvent} */ event) => dragFrom(event, dragged, (place) => onAdd(place ?? undefined));
  return html`<div class="bin-tile" role="listitem" ...${hover}>
    <button type="button" class="bin-add" title=${t("edit.bin.add", { name: label })} aria-label=${t("edit.bin.add", { name: label })}
      onPointerDown=${press} onClick=${() => onAdd()} onDragStart=${(/** @type {Event} */ event) => event.preventDefault()}>
      <span class="bin-picture">
        ${picture && !isMissing
          ? html`<img src=${picture} alt="" loading="lazy" decoding="async" onError=${() => setMissing(true)} />`
          : html`<${Icon} name=${icon} />`}
        ${plays && html`<video src=${video} muted autoplay loop playsinline aria-hidden="true"></video>`}
      </span>
      <span class="bin-name" dir="auto">${label}</span>
    </button>
    ${seconds !== undefined && html`<span class="mark">${formatDuration(seconds)}</span>`}
    ${actions.length > 0 && html`<${Menu} label=${t("projects.actions", { name: label })} items=${actions} class="icon-button bin-menu" />`}
  </div>`;
}

/** Whether a pointer has been over something for a moment. @param {boolean} isPlayable */
function useHover(isPlayable) {
  const [plays, setPlays] = useState(false);
  const timer = useRef(0);
  const leave = () => {
    clearTimeout(timer.current);
    setPlays(false);
  };
  const enter = (/** @type {PointerEvent} */ event) => {
    if (isPlayable && event.pointerType === "mouse") timer.current = window.setTimeout(() => setPlays(true), PATIENCE);
  };
  useEffect(() => leave, []);
  return { plays, hover: { onPointerEnter: enter, onPointerLeave: leave } };
}
