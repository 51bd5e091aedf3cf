import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../../i18n.js";
import { Icon } from "../../../parts/icon.js";
import { Notice } from "../../../parts/notice.js";

/** @typedef {import("../../../state/assets.js").Asset} Asset */

/** An asset as it is: to see, to play or to read. @param {{asset: Asset}} props */
export function Preview({ asset }) {
  const [failed, setFailed] = useState(false);
  const media = { src: asset.url, onError: () => setFailed(true) };
  if (failed) return html`<div class="preview"><${Notice} kind="warning">${t("library.unreadable")}<//></div>`;
  if (asset.type === "image") {
    return html`<div class="preview"><img ...${media} alt=${asset.description || asset.name} /></div>`;
  }
  if (asset.type === "video") {
    return html`<div class="preview">
      <video ...${media} poster=${asset.thumbnail} controls playsinline preload="metadata"></video>
    </div>`;
  }
  if (asset.type === "audio") {
    return html`<div class="preview sound"><${Icon} name="music" /><audio ...${media} controls preload="metadata"></audio></div>`;
  }
  return html`<div class="preview font"><${FontSample} asset=${asset} onError=${media.onError} /></div>`;
}

/** @param {{asset: Asset, onError: () => void}} props */
function FontSample({ asset, onError }) {
  const family = `font-${asset.id}`;
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    const font = new FontFace(family, `url("${asset.url}")`);
    font.load().then(() => {
      document.fonts.add(font);
      setLoaded(true);
    }, onError);
    return () => {
      document.fonts.delete(font);
    };
  }, [asset.id]);
  if (!isLoaded) return null;
  return html`<div style=${{ fontFamily: family }}>
    <p class="font-large">${t("library.fontSample")}</p>
    <p>${t("library.fontLetters")}</p>
    <p>0123456789 €$£ &?!.,:;„“ äöüßçñø</p>
  </div>`;
}
