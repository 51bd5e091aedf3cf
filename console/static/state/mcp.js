/** Whether the service has an endpoint for MCP clients: its description lists it. */

import { signal } from "@preact/signals";
import { ApiError, get } from "../api.js";

export const MCP = "/mcp";

/** @type {import("@preact/signals").Signal<boolean | null>} `null` until that is known */
export const hasMcp = signal(null);

/** Look, once. Failures are left to the next time. */
export async function findMcp() {
  if (hasMcp.value !== null) return;
  try {
    hasMcp.value = MCP in (await get("/api/openapi.json")).data.paths;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
