import { html } from "htm/preact";
import { useEffect, useMemo } from "preact/hooks";
import { Icon, IconButton } from "../../components/button.js";
import { FileButton, useDrop } from "../../components/files.js";
import { t } from "../../i18n.js";
import { toast } from "../../state/toasts.js";

const ACCEPTED = "image/png,image/jpeg,image/webp";

/**
 * Photos that are chosen or dropped, in their order.
 * @param {{photos: File[], onChange: (photos: File[]) => void}} props
 */
export function Photos({ photos, onChange }) {
  const add = (/** @type {File[]} */ files) => {
    const accepted = files.filter(({ type }) => ACCEPTED.split(",").includes(type));
    for (const { name } of files.filter((file) => !accepted.includes(file))) {
      toast(t("newVideo.noPhoto", { name }), { kind: "error" });
    }
    onChange([...photos, ...accepted]);
  };
  const { isOver, handlers } = useDrop(add);
  return html`<div class="field">
    <span class="label" id="new-video-photos">${t("newVideo.photos")} <span class="optional">${t("common.optional")}</span></span>
    <div class=${`photos ${isOver ? "over" : ""}`} role="group" aria-labelledby="new-video-photos" ...${handlers}>
      ${photos.length > 0 &&
      html`<ol>
        ${photos.map(
          (photo, index) =>
            html`<li key=${`${photo.name} ${photo.size} ${photo.lastModified}`}>
              <${Photo} photo=${photo} number=${index + 1} />
              <${IconButton}
                icon="x"
                label=${t("newVideo.removePhoto", { name: photo.name })}
                onClick=${() => onChange(photos.filter((other) => other !== photo))}
              />
            </li>`,
        )}
      </ol>`}
      <div class="photos-add">
        ${photos.length === 0 && html`<${Icon} name="images" />`}
        <${FileButton} small icon="image-plus" accept=${ACCEPTED} multiple onFiles=${add}>${t("newVideo.addPhotos")}<//>
        <span class="hint drop-words">${t("newVideo.drop")}</span>
      </div>
    </div>
    <p class="hint">${t("newVideo.photosHint")}</p>
  </div>`;
}

/** @param {{photo: File, number: number}} props */
function Photo({ photo, number }) {
  const url = useMemo(() => URL.createObjectURL(photo), [photo]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return html`<img src=${url} alt=${photo.name} /><span class="photo-number">${number}</span>`;
}
