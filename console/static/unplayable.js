/**
 * Whether the browser cannot show a video: often HEVC, of which it may play the sound alone.
 * @param {HTMLVideoElement} video
 */
export function isUnplayable({ error, readyState, videoWidth }) {
  if (error) return error.code === MediaError.MEDIA_ERR_DECODE || error.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
  return readyState >= HTMLMediaElement.HAVE_METADATA && !videoWidth;
}
