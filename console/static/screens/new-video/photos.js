import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon, IconButton } from "../../components/button.js";
import { FileButton, useDrop } from "../../components/files.js";
import { Notice } from "../../components/notice.js";
import { t } from "../../i18n.js";

const ACCEPTED = "image/png,image/jpeg,image/webp";
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * Photos that are chosen or dropped, in their order, which dragging or the arrow keys change.
 * @param {{photos: File[], onChange: (photos: File[]) => void}} props
 */
export function Photos({ photos, onChange }) {
  const [refused, setRefused] = useState(/** @type {string[]} */ ([]));
  const add = (/** @type {File[]} */ files) => {
    if (!files.length) return;
    const accepted = files.filter(({ type }) => ACCEPTED.split(",").includes(type));
    setRefused(files.filter((file) => !accepted.includes(file)).map(({ name }) => name));
    onChange([...photos, ...accepted]);
  };
  const { isOver, handlers } = useDrop(add);
  return html`<div class="field">
    <span class="label" id="new-video-photos">${t("newVideo.photos")} <span class="optional">${t("common.optional")}</span></span>
    <div class=${`photos ${isOver ? "over" : ""}`} role="group" aria-labelledby="new-video-photos" ...${handlers}>
      ${photos.length > 0 && html`<${List} ...${{ photos, onChange }} />`}
      <div class="photos-add">
        ${photos.length === 0 && html`<${Icon} name="images" />`}
        <${FileButton} small icon="image-plus" accept=${ACCEPTED} multiple onFiles=${add}>${t("newVideo.addPhotos")}<//>
        <span class="hint drop-words">${t("newVideo.drop")}</span>
      </div>
    </div>
    ${refused.map((name) => html`<${Notice} key=${name} kind="error">${t("newVideo.noPhoto", { name })}<//>`)}
    <p class="hint">${t(photos.length > 1 ? "newVideo.photosOrder" : "newVideo.photosHint")}</p>
  </div>`;
}

/** @param {{photos: File[], onChange: (photos: File[]) => void}} props */
function List({ photos, onChange }) {
  const dragged = useRef(/** @type {File | null} */ (null));
  const move = (/** @type {File | null} */ photo, /** @type {number} */ to) => {
    if (!photo || to < 0 || to >= photos.length || photos[to] === photo) return;
    const others = photos.filter((other) => other !== photo);
    onChange([...others.slice(0, to), photo, ...others.slice(to)]);
  };
  const item = (/** @type {File} */ photo, /** @type {number} */ index) => {
    const press = (/** @type {KeyboardEvent} */ event) => {
      const step = STEPS[event.key];
      if (!step || event.target !== event.currentTarget) return;
      event.preventDefault();
      move(photo, index + step);
    };
    return html`<li
      key=${`${photo.name} ${photo.size} ${photo.lastModified}`}
      draggable
      onDragStart=${() => (dragged.current = photo)}
      onDragEnter=${() => move(dragged.current, index)}
      onDragEnd=${() => (dragged.current = null)}
    >
      <${Photo} photo=${photo} number=${index + 1} count=${photos.length} onKeyDown=${press} />
      <${IconButton}
        class="photo-remove"
        icon="x"
        label=${t("newVideo.removePhoto", { name: photo.name })}
        onClick=${() => onChange(photos.filter((other) => other !== photo))}
      />
    </li>`;
  };
  return html`<ol>
    ${photos.map(item)}
  </ol>`;
}

/** @param {{photo: File, number: number, count: number, onKeyDown: (event: KeyboardEvent) => void}} props */
function Photo({ photo, number, count, onKeyDown }) {
  const url = useMemo(() => URL.createObjectURL(photo), [photo]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const label = t("newVideo.photoAt", { name: photo.name, number, count });
  return html`<button type="button" class="photo-place" aria-label=${label} onKeyDown=${onKeyDown}>
      <img src=${url} alt="" draggable=${false} />
    </button>
    <span class="photo-number" aria-hidden="true">${number}</span>`;
}
