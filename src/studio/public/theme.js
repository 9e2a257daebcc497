// Before the first paint, so that nothing flashes: the theme that was asked for, by the address or earlier.
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  const theme = asked ?? localStorage.getItem("slipway-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
