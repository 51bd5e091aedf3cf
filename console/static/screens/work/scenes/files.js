/** What kind of file it is that someone chose for a scene. */

export const ACCEPTED = "image/png,image/jpeg,image/webp,video/mp4,video/webm,video/quicktime,video/x-msvideo,.mov,.avi";

const IMAGE = /^image\/(png|jpeg|webp)$/;
const VIDEO = /^video\/(mp4|webm|quicktime|x-msvideo|avi|msvideo)$/;
const VIDEO_NAME = /\.(mp4|webm|mov|avi)$/i;

/** @param {File} file @returns {"image" | "video" | null} */
export function kindOf(file) {
  if (IMAGE.test(file.type)) return "image";
  return VIDEO.test(file.type) || (!file.type && VIDEO_NAME.test(file.name)) ? "video" : null;
}
