/** A shorter line for a voice that does not fit: a model writes it, or the user; it replaces nothing by itself. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { FormDialog } from "../../../../components/dialogs.js";
import { TextArea } from "../../../../components/field.js";
import { Reason } from "../../../../components/notice.js";
import { PaidButton } from "../../../../components/paid-button.js";
import { t } from "../../../../i18n.js";
import { loadProviders } from "../../../../state/providers.js";
import { useRequest } from "../../../../state/request.js";
import { toast } from "../../../../state/toasts.js";
import { LLM } from "../../scenes/actions.js";
import { editNarration, isDemoModel, lineOf, rewritten } from "../../scenes/narration/actions.js";

/**
 * @param {{work: import("../../../../documents/document.js").Document, scene: number, words: number,
 *   speakAgain: () => Promise<void>}} props
 */
export function ShorterLine({ work, scene, words, speakAgain }) {
  const writing = useRequest();
  const [text, setText] = useState(/** @type {string | null} */ (null));
  useEffect(() => void loadProviders(), []);
  const number = scene + 1;
  const current = lineOf(work.value.value.scenes.find((/** @type {any} */ { scene_index }) => scene_index === scene));
  const isByHand = isDemoModel();
  const open = () => (isByHand ? setText(current) : writing.run(async () => setText(await rewritten(work, scene, words))));
  const use = async () => {
    editNarration(work, scene, { text: text ?? current });
    const action = { label: t("narration.speakAgain"), run: () => void speakAgain() };
    toast(t("narration.lineReplaced", { number }), { action });
  };
  return html`<${isByHand ? Button : PaidButton} roles=${LLM} small icon="pencil" busy=${writing.busy} onClick=${open}>
      ${t(isByHand ? "narration.shorterByHand" : "narration.shorter", { count: words })}
    <//>
    ${writing.error && html`<${Reason} text=${writing.error.text} />`}
    ${text !== null &&
    html`<${FormDialog} title=${t("narration.lineOf", { number })} submit=${t("narration.useLine")} onSubmit=${use} onClose=${() => setText(null)}>
      ${!isByHand && html`<p class="quiet" dir="auto">${t("narration.lineNow", { text: current })}</p>`}
      <${TextArea} label=${t("narration.newLine")} hint=${t("narration.fits", { count: words })} value=${text} onInput=${setText} />
    <//>`}`;
}
