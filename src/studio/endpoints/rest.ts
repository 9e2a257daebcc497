/** The REST twin of something done to an endpoint. @param rest of the path, with its query */
export function restOf(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  workspace: string,
  endpoint: string,
  rest = "",
  body?: unknown,
) {
  const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}/endpoints/${encodeURIComponent(endpoint)}${rest}`;
  return { method, path, ...(body !== undefined && { body }) };
}
