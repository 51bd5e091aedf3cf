import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { Button, Icon, IconButton } from "../../components/button.js";
import { DOWN, useDragOrder, useOrder } from "../../components/drag-order.js";
import { TextArea } from "../../components/field.js";
import { FileButton, useDrop } from "../../components/files.js";
import { Notice } from "../../components/notice.js";
import { t } from "../../i18n.js";
import { CLIPS_AND_PICTURES, isClip, isPicture } from "../../state/assets.js";
import { MAX_NARRATION } from "../../timeline/facts.js";
import { Thumbnail } from "./file-tiles.js";
import { sizeOfPicture } from "./picture-size.js";

let lastId = 0;

/** @typedef {import("./create-film.js").Photo} Photo */

/**
 * Photos with what is said with each, in their order, which dragging or the arrow keys change.
 * @param {{photos: Photo[], onChange: (photos: Photo[]) => void, isReading: boolean,
 *   onReading: (isReading: boolean) => void, toClips: (files: File[]) => void}} props
 *   `isReading`: whether more are on their way; `toClips` makes a video of clips instead
 */
export function FilmPhotos({ photos, onChange, isReading, onReading, toClips }) {
  const [refused, setRefused] = useState(/** @type {string[]} */ ([]));
  const [clips, setClips] = useState(/** @type {File[]} */ ([]));
  const unread = useRef(0);
  const reading = useRef(Promise.resolve());
  const latest = useRef(photos);
  latest.current = photos;
  const add = (/** @type {File[]} */ chosen) => {
    const films = chosen.filter(isClip);
    setClips(films);
    const files = chosen.filter((file) => !films.includes(file));
    if (!files.length) return;
    if (!unread.current) setRefused([]);
    unread.current += files.length;
    onReading(true);
    reading.current = reading.current.then(() => read(files)); // one at a time: each is large in memory
  };
  const read = async (/** @type {File[]} */ files) => {
    for (const file of files) {
      const photo = await measure(file);
      if (photo) onChange((latest.current = [...latest.current, photo]));
      else setRefused((before) => [...before, file.name]);
      unread.current -= 1;
    }
    onReading(unread.current > 0);
  };
  const { isOver, handlers } = useDrop(add);
  return html`<div class="field">
    <span class="label" id="film-photos">${t("film.photos")}</span>
    <div class=${`photos film-photos hides-labels ${isOver ? "over" : ""}`} role="group" aria-labelledby="film-photos" ...${handlers}>
      ${photos.length > 0 && html`<${List} ...${{ photos, onChange }} />`}
      <div class="photos-add">
        ${photos.length === 0 && html`<${Icon} name="images" />`}
        <${FileButton} small kind=${photos.length ? "plain" : "primary"} icon="image-plus" busy=${isReading} accept=${CLIPS_AND_PICTURES} multiple onFiles=${add}>${t("film.add")}<//>
        <span class="hint drop-words">${t("film.drop")}</span>
      </div>
    </div>
    ${refused.map((name) => html`<${Notice} key=${name} kind="error">${t("film.noPhoto", { name })}<//>`)}
    ${clips.length > 0 &&
    html`<${Notice}>${t("clips.inPhotos", { count: clips.length })} <${Button} small onClick=${() => toClips([...photos.map(({ file }) => file), ...clips])}>${t("clips.toClips")}<//><//>`}
    <p class="hint">${t("film.photosHint")}</p>
  </div>`;
}

/** A photo with its size; null if it cannot be shown. @param {File} file @returns {Promise<Photo | null>} */
async function measure(file) {
  const size = isPicture(file) ? await sizeOfPicture(file) : null;
  if (!size) return null;
  lastId += 1;
  return { id: lastId, file, line: "", ...size };
}

/** @param {{photos: Photo[], onChange: (photos: Photo[]) => void}} props */
function List({ photos, onChange }) {
  const { move, keys } = useOrder(photos, onChange, DOWN);
  const dragging = useDragOrder((from, to) => move(photos[from], to));
  const write = (/** @type {Photo} */ photo, /** @type {string} */ line) =>
    onChange(photos.map((other) => (other === photo ? { ...other, line } : other)));
  const item = (/** @type {Photo} */ photo, /** @type {number} */ index) => {
    const { id, file, line } = photo;
    const number = index + 1;
    const label = t("film.photoAt", { name: file.name, number, count: photos.length });
    return html`<li key=${id}>
      <button type="button" class="photo-place" aria-label=${label} title=${label} onKeyDown=${keys(photo, index)} ...${dragging(index)}>
        <${Thumbnail} file=${file} />
        <span class="photo-number" aria-hidden="true">${number}</span>
      </button>
      <${TextArea} rows="2" label=${t("film.line", { number })} placeholder=${t("film.lineHint")} limit=${MAX_NARRATION}
        value=${line} onInput=${(/** @type {string} */ typed) => write(photo, typed)} />
      <${IconButton} icon="x" label=${t("film.removePhoto", { name: file.name })} onClick=${() => onChange(photos.filter((other) => other !== photo))} />
    </li>`;
  };
  return html`<ol>
    ${photos.map(item)}
  </ol>`;
}
