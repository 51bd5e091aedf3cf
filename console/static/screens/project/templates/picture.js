import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { lookOf } from "../../../timeline/text-looks.js";
import { assetApi } from "../../../urls.js";

/** @typedef {import("../../../state/templates.js").Content} Content */

const FRAME = { width: 1080, height: 1920 }; // of new works, for templates without export settings
/** Where lines begin, from the middle of their area. */
const SIDES = {
  left: { anchor: "start", share: -0.5 },
  center: { anchor: "middle", share: 0 },
  right: { anchor: "end", share: 0.5 },
};

/**
 * All overlays of a template at once, where they are in the frame. Positions are pixels from its
 * centre, as those of the SVG.
 * @param {{project: string, content: Content | null}} props
 */
export function TemplatePicture({ project, content }) {
  if (!content) return null;
  const { width, height } = content.exportSettings ?? FRAME;
  return html`<svg
    class="template-picture"
    viewBox=${`${-width / 2} ${-height / 2} ${width} ${height}`}
    role="img"
    aria-label=${t("templates.picture", { width, height })}
  >
    <rect class="frame" x=${-width / 2} y=${-height / 2} width=${width} height=${height} />
    ${content.imageOverlays.map((image) => html`<${ImageOverlay} project=${project} image=${image} />`)}
    ${content.textOverlays.map((text) => html`<${TextOverlay} overlay=${text} frame=${width} />`)}
  </svg>`;
}

/** @param {{project: string, image: import("../../../state/templates.js").ImageOverlay}} props */
function ImageOverlay({ project, image }) {
  const { assetId, width, height, centerX, centerY, opacity, rotation } = image;
  const box = { x: centerX - width / 2, y: centerY - height / 2, width, height };
  const turn = `rotate(${rotation} ${centerX} ${centerY})`;
  return html`<g transform=${turn} opacity=${opacity}>
    <rect class="image-place" ...${box} />
    <image ...${box} href=${`${assetApi(project, assetId)}/thumbnail`} />
  </g>`;
}

/** @param {{overlay: import("../../../state/templates.js").TextOverlay, frame: number}} props */
function TextOverlay({ overlay, frame }) {
  const { text, fontSize, fontColor, centerX, centerY } = overlay;
  const { weight, width, align, lineHeight, outlineColor, outlineWidth } = lookOf(overlay);
  const lines = text.split("\n");
  const top = centerY - ((lines.length - 1) * fontSize * lineHeight) / 2;
  const { anchor, share } = SIDES[align];
  const left = centerX + share * (width ?? frame / 2);
  return html`<text text-anchor=${anchor} dominant-baseline="central" font-size=${fontSize} font-weight=${weight}
    fill=${fontColor} stroke=${outlineColor} stroke-width=${2 * outlineWidth} stroke-linejoin="round" paint-order="stroke">
    ${lines.map((line, index) => html`<tspan x=${left} y=${top + index * fontSize * lineHeight}>${line}</tspan>`)}
  </text>`;
}
