/** Which models are offered, and what the page says of those that their vendors retire. */

import { hasText, t } from "../i18n.js";

/** @typedef {import("../state/providers.js").Provider} Provider */

/**
 * The models to choose from: those that are not retired, and the one that is chosen.
 * @param {Provider} provider
 * @param {string} [chosen]
 */
export const offeredModels = (provider, chosen) =>
  provider.models.filter(({ id, status }) => status !== "retired" || id === chosen);

/**
 * When the chosen model, or else the default, is retired, and its successor; undefined if it is not.
 * @param {Provider | undefined} provider
 * @param {string} [chosen]
 */
export function retirementText(provider, chosen) {
  const model = provider?.models.find(({ id }) => id === (chosen ?? provider.defaultModel));
  if (!model || !hasText(`models.${model.status}`)) return undefined;
  const successor = provider?.models.find(({ id }) => id === model.successor)?.name ?? String(model.successor);
  return t(`models.${model.status}`, { name: model.name, date: String(model.retiresOn), successor });
}
