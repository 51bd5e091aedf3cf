import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { NameField, SelectField, TextArea, TextField } from "../../components/field.js";
import { Notice } from "../../components/notice.js";
import "../../i18n/work.js";
import { formatList, t } from "../../i18n.js";
import { englishNameOf } from "../../languages.js";
import { navigate } from "../../router.js";
import { toast } from "../../state/toasts.js";
import { workPage } from "../../urls.js";
import { createVideo, discard, nothing } from "./create.js";
import { Photos } from "./photos.js";
import { Shape } from "./shape.js";

/** @typedef {import("./create.js").Brief} Brief */

const KINDS = ["blank", "social", "ecommerce", "saas", "educational", "news"];

/** @returns {Brief} */
const empty = () => ({
  name: "",
  about: "",
  photos: [],
  shape: "portrait",
  language: englishNameOf(navigator.language.split("-")[0]),
  projectType: "blank",
});

/**
 * A hook: asks for what a first video needs, and makes a project with a work of it.
 * @param {AbortSignal} closing
 * @returns {import("./index.js").Way}
 */
export function useBrief(closing) {
  const [brief, setBrief] = useState(empty);
  const [sent, setSent] = useState(0);
  const { current: made } = useRef(nothing());
  const change = (/** @type {Partial<Brief>} */ changed) => setBrief((before) => ({ ...before, ...changed }));
  const submit = async () => {
    const asked = { ...brief, name: brief.name.trim(), about: brief.about.trim() };
    try {
      const work = await createVideo(asked, made, { signal: closing, onPhoto: setSent });
      if (closing.aborted) return discard(made);
      const hasBrief = asked.about || work.selectedAssetIds.length;
      navigate(workPage(work.projectId, work.id, hasBrief ? "scenes" : ""));
      sayRefused(made.refused); // there: errors end with the screen
    } catch (error) {
      setSent(0);
      if (!closing.aborted) throw error;
      await discard(made);
    }
  };
  const fields = html`<${NameField} value=${brief.name} hint=${t("newVideo.nameHint")} onInput=${(/** @type {string} */ name) => change({ name })} />
      <${TextArea}
        label=${t("newVideo.about")}
        optional
        rows="2"
        placeholder=${t("newVideo.aboutHint")}
        value=${brief.about}
        onInput=${(/** @type {string} */ about) => change({ about })}
      />
      <${Photos} photos=${brief.photos} onChange=${(/** @type {File[]} */ photos) => change({ photos })} />
      <${Shape} shape=${brief.shape} onChange=${(/** @type {string} */ shape) => change({ shape })} />
      <div class="pair">
        <${TextField}
          label=${t("brief.language")}
          optional
          maxlength="500"
          value=${brief.language}
          onInput=${(/** @type {string} */ language) => change({ language })}
        />
        <${SelectField}
          label=${t("projects.kind")}
          value=${brief.projectType}
          options=${KINDS.map((kind) => ({ value: kind, label: t(`projects.kinds.${kind}`) }))}
          onInput=${(/** @type {string} */ projectType) => change({ projectType })}
        />
      </div>
      <div role="status">
        ${sent > 0 && html`<${Notice}>${t("newVideo.sending", { number: sent, count: brief.photos.length })}<//>`}
      </div>`;
  return { submit, discard: () => discard(made), fields, submitText: t("projects.create"), isEmpty: !brief.name && !brief.about && !brief.photos.length };
}

/** @param {Map<File, string>} refused */
function sayRefused(refused) {
  if (!refused.size) return;
  const names = formatList([...refused.keys()].map(({ name }) => name));
  const [reason] = refused.values();
  toast(t("newVideo.notAdded", { count: refused.size, names, reason }), { kind: "error" });
}
