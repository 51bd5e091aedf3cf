/** Scenes in the service's words count from 0, as in URLs; in the page they count from 1. */

const SCENE = /\b((?:image|clip|media) of scene |makes scene |^scene )(\d+)/gi;

/** Return a message of the service with the page's numbers of scenes. @param {string} message */
export const countFromOne = (message) =>
  message.replace(SCENE, (_, before, index) => `${before}${Number(index) + 1}`);
