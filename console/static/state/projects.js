/** The list of projects: create, rename, delete. */

import { signal } from "@preact/signals";
import { del, get, patch, post } from "../api.js";
import { projectApi } from "../urls.js";
import { user } from "./session.js";

/**
 * @typedef {{id: string, name: string, updatedAt: number, posterUrl?: string | null}} Project
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

/** @param {string} id Throws ApiError. */
export async function deleteProject(id) {
  await del(projectApi(id));
  projects.value = projects.value?.filter((project) => project.id !== id) ?? null;
}

/** @param {Project} project */
function summary({ name, updatedAt }) {
  return { name, updatedAt };
}

user.subscribe((someone) => {
  if (!someone) projects.value = null;
});
