/** Tells of new comments and decisions wherever the user is. The work that is shown tells of its own. */

import { ApiError, get } from "../api.js";
import { coalesced } from "../state/load.js";
import { user } from "../state/session.js";
import { listWorks } from "../state/works.js";
import { workApi } from "../urls.js";
import { openWorks } from "./members.js";
import { hear } from "./seen.js";
import { saidIn, tell } from "./telling.js";

const PAUSE = 500; // milliseconds: several comments are read together
const FRESH = 5000; // before an event: what is older is not what it tells of

/** The works with news, and since when. @type {Map<string, {projectId: string, since: number}>} */
const waiting = new Map();

const soon = coalesced(() => {
  const works = [...waiting];
  waiting.clear();
  for (const [workId, news] of works) readNews(workId, news);
}, PAUSE);

/**
 * Tell what an event is about, soon.
 * @param {{projectId: string, workId: string, updatedAt: number}} event  named `review`
 */
export function receive({ projectId, workId, updatedAt }) {
  if (openWorks.has(workId)) return;
  waiting.set(workId, waiting.get(workId) ?? { projectId, since: updatedAt - FRESH });
  soon();
}

/** @param {string} workId @param {{projectId: string, since: number}} news */
async function readNews(workId, { projectId, since }) {
  const reader = user.peek()?.id;
  const path = workApi(projectId, workId);
  try {
    const [said, decided, works] = await Promise.all([get(`${path}/comments`), get(`${path}/decisions`), listWorks(projectId)]);
    if (user.peek()?.id !== reader || openWorks.has(workId)) return;
    const fresh = saidIn(said.data.comments, decided.data.decisions).filter(({ createdAt }) => createdAt >= since);
    const others = fresh.filter(({ author }) => author.id !== reader);
    if (others.length) hear(workId, Math.max(...others.map(({ createdAt }) => createdAt)));
    tell(fresh, { projectId, workId, name: works.find(({ id }) => id === workId)?.name });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the user may not read them, or the next event tells of them
  }
}
