/** A video of one's own clips and photos, which lie one after the other in the cut. */

import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../../api.js";
import { Icon } from "../../components/button.js";
import { TextField } from "../../components/field.js";
import { FileButton, useDrop } from "../../components/files.js";
import { Notice } from "../../components/notice.js";
import { Progress } from "../../components/progress.js";
import { t } from "../../i18n.js";
import { navigate } from "../../router.js";
import { CLIPS_AND_PICTURES, isClip, isPicture } from "../../state/assets.js";
import { workPage } from "../../urls.js";
import { createCut, nothing } from "./create-cut.js";
import { discard, sayRefused } from "./create.js";
import { FileTiles } from "./file-tiles.js";

/**
 * A hook: asks for clips and photos, and makes a project with a cut of them.
 * @param {AbortSignal} closing
 * @returns {import("./index.js").Way & {add: (files: File[]) => void}}
 */
export function useClips(closing) {
  const [name, setName] = useState(() => t("clips.standardName"));
  const [files, setFiles] = useState(/** @type {File[]} */ ([]));
  const [unfit, setUnfit] = useState(/** @type {string[]} */ ([]));
  const [sent, setSent] = useState(/** @type {{number: number, fraction: number} | null} */ (null));
  const { current: made } = useRef(nothing());
  const add = (/** @type {File[]} */ chosen) => {
    if (!chosen.length) return;
    const fit = chosen.filter((file) => isClip(file) || isPicture(file));
    setUnfit(chosen.filter((file) => !fit.includes(file)).map((file) => file.name));
    setFiles((before) => [...before, ...fit]);
  };
  const submit = async () => {
    if (!files.length) throw new ApiError(400, { error: t("clips.needsFile") });
    const onSent = (/** @type {number} */ number, /** @type {number} */ fraction) => setSent({ number, fraction });
    try {
      const work = await createCut({ name: name.trim(), files }, made, { signal: closing, onSent });
      if (closing.aborted) return discard(made);
      navigate(workPage(work.projectId, work.id, "edit"));
      sayRefused(made.refused); // there: errors end with the screen
    } catch (error) {
      setSent(null);
      if (!closing.aborted) throw error;
      await discard(made);
    }
  };
  const fields = html`<${ClipFiles} ...${{ files, add, unfit }} onChange=${setFiles} />
    <${TextField} label=${t("clips.name")} required maxlength="500" value=${name} onInput=${setName} />
    <div role="status">
      ${sent && html`<${Sending} number=${sent.number} count=${files.length} fraction=${sent.fraction} />`}
    </div>`;
  return { add, submit, discard: () => discard(made), fields, submitText: t("clips.make"), isEmpty: !files.length };
}

/** @param {{files: File[], add: (files: File[]) => void, unfit: string[], onChange: (files: File[]) => void}} props */
function ClipFiles({ files, add, unfit, onChange }) {
  const { isOver, handlers } = useDrop(add);
  const nameOf = (/** @type {string} */ name, /** @type {number} */ number, /** @type {number} */ count) => t("clips.at", { name, number, count });
  return html`<div class="field">
    <span class="label" id="clip-files">${t("clips.files")}</span>
    <div class=${`photos clip-files ${isOver ? "over" : ""}`} role="group" aria-labelledby="clip-files" ...${handlers}>
      ${files.length > 0 && html`<${FileTiles} ...${{ files, nameOf, onChange }} />`}
      <div class="photos-add">
        ${files.length === 0 && html`<${Icon} name="film" />`}
        <${FileButton} small kind=${files.length ? "plain" : "primary"} icon="plus" accept=${CLIPS_AND_PICTURES} multiple onFiles=${add}>${t("clips.add")}<//>
        <span class="hint drop-words">${t("clips.drop")}</span>
      </div>
    </div>
    ${unfit.map((name) => html`<${Notice} key=${name} kind="error">${t("clips.unfit", { name })}<//>`)}
    <p class="hint">${t(files.length > 1 ? "clips.orderHint" : "clips.hint")}</p>
  </div>`;
}

/** @param {{number: number, count: number, fraction: number}} props */
function Sending({ number, count, fraction }) {
  const label = t("clips.sending", { number, count });
  return html`<${Notice}>${label}<//><${Progress} label=${label} value=${fraction * 100} />`;
}
