import "./kit/tokens.css";
import "./charts/palette.css";
import "./app/base.css";
import "./app/frame.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { createQueryClient, takeFirstAnswers } from "./api/index.ts";
import { addReactAttributes } from "./app/preact-attributes.ts";
import { createStudioRouter } from "./router.ts";

addReactAttributes();
const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname !== "/sign-in") void router.navigate({ to: "/sign-in", search: { next: href } });
});
const router = createStudioRouter(queryClient);
takeFirstAnswers(queryClient);
const forgetFrame = router.subscribe("onRendered", () => {
  document.getElementById("frame")?.remove();
  forgetFrame();
});

createRoot(document.getElementById("root") as HTMLElement).render(
  <QueryClientProvider client={queryClient}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
