import { isServed } from "./api.js";

/**
 * Why a video is not shown: the browser does not know its format, which is often HEVC, or its file
 * could not be fetched.
 * @typedef {"format" | "file"} Problem
 */

/**
 * Return why a video is not shown; null if it is, or may be. Of HEVC, browsers may play the sound
 * alone. They report the same error for unknown formats and for files that they could not fetch.
 * @param {HTMLVideoElement} video
 * @returns {Promise<Problem | null>}
 */
export async function problemOf({ error, readyState, videoWidth, src }) {
  if (!error) return readyState >= HTMLMediaElement.HAVE_METADATA && !videoWidth ? "format" : null;
  if (error.code === MediaError.MEDIA_ERR_DECODE) return "format";
  if (error.code !== MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) return null;
  return (await isServed(src)) ? "format" : "file";
}
