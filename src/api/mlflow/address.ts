/** Which addresses are MLflow's: read before anything of MLflow is loaded. */

/** Its REST API, alone and below a workspace's address, and what its clients ask for beside it. */
export const mlflowPaths =
  /^(\/workspaces\/[^/]+)?\/((ajax-)?api\/[23]\.0\/|get-artifact$|\/?model-versions\/get-artifact$)|^\/(health|version)$/;

/**
 * Everything is there twice for MLflow's clients, below /api and below /ajax-api, and is one route here.
 * @param url as it was sent, with its query
 * @returns the one below /api
 */
export function mlflowAddress(url: string): string {
  return url.replace(/^(\/workspaces\/[^/?]+)?\/ajax-api\/([23]\.0\/mlflow)/, "$1/api/$2");
}
