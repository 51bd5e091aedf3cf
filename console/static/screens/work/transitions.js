import { t } from "../../i18n.js";

const OFFERED = ["cut", "fade", "dissolve", "wipeleft", "wiperight", "slide", "slideup", "slidedown"];

/**
 * The transitions to choose from; one that another client has set is among them.
 * @param {string} current
 * @returns {{value: string, label: string}[]}
 */
export function transitionOptions(current) {
  const options = OFFERED.map((value) => ({ value, label: t(`work.transitions.${value}`) }));
  return OFFERED.includes(current) ? options : [...options, { value: current, label: current }];
}
