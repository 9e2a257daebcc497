import "./kit/tokens.css";
import "./charts/palette.css";
import "./app/base.css";
import "./app/frame.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot, hydrateRoot } from "react-dom/client";
import { createQueryClient, takeFirstAnswers } from "./api/index.ts";
import { repeatEarlyEvents } from "./app/early-events.ts";
import { addReactAttributes } from "./app/preact-attributes.ts";
import { shownTheme } from "./app/theme.ts";
import { createStudioRouter } from "./router.ts";
import { assumeViewer, rememberViewer, type Viewer } from "./viewer/index.ts";

addReactAttributes();
const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname !== "/sign-in") void router.navigate({ to: "/sign-in", search: { next: href } });
});
const router = createStudioRouter(queryClient);
takeFirstAnswers(queryClient);
const studio = (
  <QueryClientProvider client={queryClient}>
    <RouterProvider router={router} />
  </QueryClientProvider>
);
const root = document.getElementById("root") as HTMLElement;
const { viewer } = root.dataset;
if (viewer === undefined) draw();
else void takeOver(JSON.parse(viewer) as Viewer);
const remember = (): void => rememberViewer(shownTheme());
// Not while it loads, and again as it is left: the window may have another size, and the page another theme.
setTimeout(remember, 1000);
addEventListener("pagehide", remember);

function draw(): void {
  const forgetFrame = router.subscribe("onRendered", () => {
    document.getElementById("frame")?.remove();
    forgetFrame();
  });
  createRoot(root).render(studio);
}

/** What the server has drawn stays, and becomes the page as soon as its code is there. In steps: a key is heard in between. */
async function takeOver(drawnFor: Viewer): Promise<void> {
  document.getElementById("frame")?.remove();
  await router.load();
  await nextTask();
  assumeViewer(drawnFor);
  hydrateRoot(root, studio);
  delete root.dataset["viewer"];
  repeatEarlyEvents();
  await nextTask();
  assumeViewer(null);
}

function nextTask(): Promise<void> {
  return new Promise((done) => {
    setTimeout(done);
  });
}
