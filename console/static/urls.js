/** Addresses in the API and in the page. */

/** @param {string} project */
export const projectApi = (project) => `/api/projects/${project}`;
/** @param {string} project @param {string} work */
export const workApi = (project, work) => `/api/projects/${project}/works/${work}`;
/** @param {string} project @param {string} [tab] */
export const projectPage = (project, tab = "") => `/projects/${project}${tab && `/${tab}`}`;
/** @param {string} project @param {string} work @param {string} [tab] */
export const workPage = (project, work, tab = "") =>
  `/projects/${project}/works/${work}${tab && `/${tab}`}`;
/** @param {string} project @param {string} asset */
export const assetApi = (project, asset) => `${projectApi(project)}/assets/${asset}`;
/** @param {string} project @param {string} template */
export const templateApi = (project, template) => `${projectApi(project)}/templates/${template}`;
