import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { SizeField } from "../../../parts/size-field.js";
import { hasOwnSize, resized, sizeOf } from "../../../timeline/size.js";

/** The format of the work, and of its timeline unless that has another. @param {{work: import("../../../state/document.js").Document}} props */
export function Size({ work }) {
  const value = work.value.value;
  const fields = work.error.value?.fields;
  const isOwn = hasOwnSize(value);
  const change = (/** @type {import("../../../timeline/geometry.js").Size} */ size) =>
    work.edit({
      resolution: size,
      ...(!isOwn && { editorState: resized(value.editorState, sizeOf(value), size) }),
    });
  return html`<${SizeField}
    size=${value.resolution}
    errors=${{ width: fields?.["resolution.width"], height: fields?.["resolution.height"] }}
    hint=${isOwn ? t("brief.timelineSize", { ...sizeOf(value) }) : undefined}
    onChange=${change}
  />`;
}
