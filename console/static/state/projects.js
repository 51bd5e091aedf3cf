/** The list of projects: create, rename, delete. */

import { signal } from "@preact/signals";
import { del, get, patch, post } from "../api.js";
import { projectApi } from "../urls.js";
import { discard } from "./deletion.js";
import { user } from "./session.js";

/**
 * @typedef {{id: string, name: string, updatedAt: number, posterUrl?: string | null,
 *   role?: string, mayPay?: boolean, ownerName?: string}} Project  `ownerName`: one that others share
 * Newest first; `null` until it is loaded.
 * @type {import("@preact/signals").Signal<Project[] | null>}
 */
export const projects = signal(null);

/** Throws ApiError. */
export async function loadProjects() {
  projects.value = (await get("/api/projects")).data;
}

/**
 * @param {{name: string, projectType?: string}} fields
 * @returns {Promise<Project>} Throws ApiError.
 */
export async function createProject(fields) {
  const { data } = await post("/api/projects", fields);
  projects.value = [data, ...(projects.value ?? [])];
  return data;
}

/** @param {string} id @param {string} name Throws ApiError. */
export async function renameProject(id, name) {
  const { data } = await patch(projectApi(id), { name });
  projects.value =
    projects.value?.map((project) => (project.id === id ? { ...project, ...summary(data) } : project)) ??
    null;
}

/** @param {Project} project Throws ApiError. */
export async function deleteProject({ id, name }) {
  await discard(projectApi(id), name);
  forgetProject(id);
}

/** Remove a project that was made a moment ago, for good. @param {string} id Throws ApiError. */
export async function removeNewProject(id) {
  await del(`${projectApi(id)}?permanently=1`);
  forgetProject(id);
}

/** Take a project off the list that the user cannot see any more. @param {string} id */
export function forgetProject(id) {
  projects.value = projects.value?.filter((project) => project.id !== id) ?? null;
}

/** @param {Project} project */
function summary({ name, updatedAt }) {
  return { name, updatedAt };
}

user.subscribe((someone) => {
  if (!someone) projects.value = null;
});
