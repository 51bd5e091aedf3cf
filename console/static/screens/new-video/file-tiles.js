/** Chosen files as pictures in their order, which dragging, the arrow keys and a button change. */

import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Icon, IconButton } from "../../components/button.js";
import { ACROSS, useOrder } from "../../components/drag-order.js";
import { t } from "../../i18n.js";
import { isClip } from "../../state/assets.js";

const EARLY = 0.1; // seconds: the frame of a clip that is shown

/** @typedef {(name: string, number: number, count: number) => string} NameOf what a file is called in the order */

/** @param {{files: File[], nameOf: NameOf, onChange: (files: File[]) => void}} props */
export function FileTiles({ files, nameOf, onChange }) {
  const { move, keys, tile } = useOrder(files, onChange, ACROSS);
  const item = (/** @type {File} */ file, /** @type {number} */ index) => {
    const label = nameOf(file.name, index + 1, files.length);
    return html`<li key=${`${file.name} ${file.size} ${file.lastModified}`} ...${tile(file, index)}>
      <button type="button" class="photo-place" aria-label=${label} title=${file.name} onKeyDown=${keys(file, index)}><${Thumbnail} file=${file} /></button>
      <span class="photo-number" aria-hidden="true">${index + 1}</span>
      ${index > 0 && html`<${IconButton} class="photo-earlier" icon="arrow-left" label=${t("newVideo.earlier", { name: file.name })} onClick=${() => move(file, index - 1)} />`}
      <${IconButton}
        class="photo-remove"
        icon="x"
        label=${t("newVideo.removePhoto", { name: file.name })}
        onClick=${() => onChange(files.filter((other) => other !== file))}
      />
    </li>`;
  };
  return html`<ol>
    ${files.map(item)}
  </ol>`;
}

/** A photo, or an early frame of a clip; its name where the browser cannot show it. @param {{file: File}} props */
export function Thumbnail({ file }) {
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  const [isUnseen, setUnseen] = useState(false);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const onError = () => setUnseen(true);
  if (isUnseen) return html`<span class="photo-unseen"><${Icon} name=${isClip(file) ? "film" : "image"} /><span dir="auto">${file.name}</span></span>`;
  if (isClip(file)) return html`<video src=${`${url}#t=${EARLY}`} muted playsinline preload="metadata" tabindex="-1" aria-hidden="true" onError=${onError}></video>`;
  return html`<img src=${url} alt="" draggable=${false} onError=${onError} />`;
}
