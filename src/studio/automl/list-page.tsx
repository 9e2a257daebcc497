import { createLazyRoute } from "@tanstack/react-router";
export const route = createLazyRoute("/w/$workspace/automl")({ component: () => null });
