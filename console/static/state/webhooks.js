/** The address that the user's webhooks go to, and messages that are sent on demand. */

import { del, get, post, put } from "../api.js";
import { jobApi, storeJobs } from "./jobs.js";

/**
 * @typedef {{url: string | null, events: string[]}} Webhook
 * @typedef {{at: number, id?: string, type?: string, status: number | null, error: string | null}} Delivery
 *   `error` says why there was no answer
 */

/** @returns {Promise<Webhook>} Throws ApiError. */
export async function readWebhook() {
  return (await get("/api/webhook")).data;
}

/** @param {string} url @param {string[]} events those of before, if there were any. Throws ApiError. */
export async function setWebhook(url, events) {
  await put("/api/webhook", { url, ...(events.length && { events }) });
}

/** Throws ApiError. */
export async function removeWebhook() {
  await del("/api/webhook");
}

/** @returns {Promise<Delivery>} how the test went. Throws ApiError. */
export async function testWebhook() {
  return (await post("/api/webhook/test")).data;
}

/**
 * Send the messages of a job's end once more.
 * @param {import("./jobs.js").Job} job
 * @returns {Promise<Delivery>} how the last one went. Throws ApiError.
 */
export async function redeliver(job) {
  const { data } = await post(`${jobApi(job)}/redeliver`);
  storeJobs([data]);
  return data.webhook.deliveries.at(-1);
}

/** Whether a receiver has accepted a message. @param {Delivery} delivery */
export const isAccepted = ({ status }) => status !== null && status >= 200 && status < 300;
