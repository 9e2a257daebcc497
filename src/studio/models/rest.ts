/** The REST twin of something done to a model. @param rest of the path, from its name on */
export function restOf(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  workspace: string,
  model: string,
  rest = "",
  body?: unknown,
) {
  const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}/models/${encodeURIComponent(model)}${rest}`;
  return { method, path, ...(body !== undefined && { body }) };
}
