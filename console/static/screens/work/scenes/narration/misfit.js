import { html } from "htm/preact";
import { Icon } from "../../../../components/button.js";
import { Menu } from "../../../../components/menu.js";
import { usePayReason } from "../../../../components/paid-button.js";
import { formatNumber, t } from "../../../../i18n.js";
import { useRequest } from "../../../../state/request.js";
import { toast } from "../../../../state/toasts.js";
import { LLM, editScene } from "../actions.js";
import { isDemoModel, lengthenInCut, setSpeed, shorten } from "./actions.js";
import { enoughTenths } from "./fit.js";

/**
 * Says by how much a voice is longer than its clip, and offers the three ways out.
 * @param {{work: import("../../../../documents/document.js").Document, index: number, number: number,
 *   misfit: import("./fit.js").Misfit}} props
 */
export function Misfit({ work, index, number, misfit }) {
  const rewriting = useRequest();
  const unpaid = usePayReason(LLM);
  const { over, following, longer, words, speed } = misfit;
  const rewrite = () => shorten(work, index, { words: Number(words), number });
  const lengthen = () => {
    editScene(work, index, { duration_seconds: longer });
    toast(t("narration.lengthSet", { number, seconds: longer }));
  };
  const lengthenCut = () => {
    const undo = lengthenInCut(work, index, longer);
    if (undo) toast(t("narration.lengthenedInCut", { number, seconds: enoughTenths(longer) }), { action: { label: t("narration.undo"), run: undo } });
  };
  const longerClip =
    following === undefined
      ? { label: t("narration.longer", { seconds: longer }), icon: "video", onSelect: lengthen }
      : { label: t("narration.longerInCut", { seconds: enoughTenths(longer) }), icon: "scissors", onSelect: lengthenCut };
  const shorter = isDemoModel()
    ? { label: t("narration.shorterByHand", { count: Number(words) }), icon: "pencil", onSelect: () => fieldOf(index)?.focus() }
    : { label: t("narration.shorter", { count: Number(words) }), icon: "pencil", reason: unpaid, onSelect: () => rewriting.run(rewrite) };
  const items = [
    longerClip,
    ...(words ? [shorter] : []),
    ...(speed ? [{ label: t("narration.faster", { speed: formatNumber(speed) }), icon: "gauge", onSelect: () => setSpeed(work, index, speed) }] : []),
  ];
  if (rewriting.busy) return html`<span class="line-busy"><${Icon} name="loader-circle" class="spin" />${t("narration.shortening")}</span>`;
  const text = t(textOf(following), { seconds: enoughTenths(over), number: numberOf(work, following) });
  return html`<${Menu} label=${t("narration.waysOut", { text, number })} class="line-mark" items=${items}>
      <${Icon} name="triangle-alert" /><span>${text}</span>
      <${Icon} name="chevron-down" />
    <//>
    ${rewriting.error && html`<span class="field-error">${rewriting.error.text}</span>`}`;
}

/** @param {number | null | undefined} following */
function textOf(following) {
  if (following === undefined) return "narration.holds";
  return following === null ? "narration.pastEnd" : "narration.intoNext";
}

/** What a scene is called. @param {import("../../../../documents/document.js").Document} work @param {number | null | undefined} index */
const numberOf = (work, index) =>
  work.value.value.scenes.findIndex((/** @type {any} */ { scene_index }) => scene_index === index) + 1;

/** The field with a scene's line. @param {number} index @returns {HTMLElement | null} */
const fieldOf = (index) => document.querySelector(`#scene-${index} .line textarea`);
