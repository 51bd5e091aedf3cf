/** What fields of a work are called on the page. */

import { t } from "../i18n.js";

const NAMES = {
  name: "brief.name",
  productName: "brief.productName",
  productDescription: "brief.description",
  targetAudience: "brief.audience",
  language: "brief.language",
  videoDuration: "brief.duration",
  sceneCount: "brief.sceneCount",
  "resolution.width": "size.width",
  "resolution.height": "size.height",
  mode: "brief.reference.mode",
  scenes: "work.scenes",
  editorState: "work.edit",
  styleGuide: "project.style",
  description: "library.description",
  tags: "library.tags",
  analysis: "brief.analysis.title",
  selectedAssetIds: "brief.assets.title",
  assetUsageMode: "brief.assets.usage",
  systemPrompt: "brief.prompts.systemPrompt",
  imageSystemPrompt: "brief.prompts.imageSystemPrompt",
  videoSystemPrompt: "brief.prompts.videoSystemPrompt",
  analyzerPrompt: "brief.prompts.analyzerPrompt",
  image_prompt: "scenes.imagePrompt",
  video_prompt: "scenes.videoPrompt",
  negative_prompt: "scenes.negative",
  duration_seconds: "scenes.duration",
  text_overlay: "scenes.overlay",
  transition: "scenes.transition",
};

/**
 * Name a field by its path, such as `scenes.0.image_prompt`; the path itself if it has no name.
 * @param {string} path
 * @param {any} value the document that it is in
 */
export function fieldName(path, value) {
  const [, caption] = /^editorState\.captions\.(\d+)/.exec(path) ?? [];
  if (caption) return t("edit.caption", { number: Number(caption) + 1 });
  const [, position, field] = /^scenes\.(\d+)\.(\w+)$/.exec(path) ?? [];
  const key = NAMES[/** @type {keyof typeof NAMES} */ (field ?? path)];
  if (!key) return path;
  if (!field) return t(key);
  const { scene_index: index } = value.scenes[Number(position)] ?? {};
  const number = value.scenes.filter((/** @type {any} */ scene) => scene.scene_index <= index).length;
  return t("conflict.ofScene", { number, field: t(key) });
}
