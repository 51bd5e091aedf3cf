/** What the fields of documents are called on the page. */

import "../i18n/work.js";
import { t } from "../i18n.js";

/** Keys of the texts. */
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
  narration: "scenes.line",
  sound: "scenes.sound",
  negative_prompt: "scenes.negative",
  duration_seconds: "scenes.duration",
  text_overlay: "scenes.overlay",
  transition: "scenes.transition",
};

/** Name a field by its path, such as `scenes.0.image_prompt`; the path itself if it has no name. @param {string} path */
export function fieldName(path) {
  const [, caption] = /^editorState\.captions\.(\d+)/.exec(path) ?? [];
  if (caption) return t("edit.caption", { number: Number(caption) + 1 });
  const [, position, field] = /^scenes\.(\d+)\.(\w+)(?:\.text)?$/.exec(path) ?? [];
  const whole = path.startsWith("sound.") ? "sound" : path;
  const key = NAMES[/** @type {keyof typeof NAMES} */ (field ?? whole)];
  if (!key) return path;
  if (!field) return t(key);
  return t("conflict.ofScene", { number: Number(position) + 1, field: t(key) });
}
